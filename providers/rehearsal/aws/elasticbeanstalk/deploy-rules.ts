/** What a deployment to the machines of an environment fails of: the environment is there, in bad health. */
import type { Question, Rule } from "../../model";
import { allows } from "../grants";
import { secretFault } from "../ecs/task-needs";
import { regionalArn, textAt, textsAt } from "../read";
import { afterwards } from "./afterwards";
import { bundleChecks, bundleOf, versionOf } from "./bundle";
import { machineRole } from "./launch-rules";
import { HEALTH, SECRETS, isWorker, option, settingsOf } from "./settings";
import { ENVIRONMENT } from "./types";

const GUIDE = "AWS Elastic Beanstalk developer guide";
const INSTANCE_PROFILES = `${GUIDE}, Managing Elastic Beanstalk instance profiles`;
const QUEUE = "aws:sqs/queue:Queue";
const QUEUE_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];

/** Machines fetch the bundle: from Elastic Beanstalk's own bucket, which has a copy of it. */
function sourceFault(question: Question): string | undefined {
  const { inputs, site } = question;
  const [role, version] = [machineRole(question), versionOf(inputs, site)];
  if (role === undefined || version === undefined) return undefined;
  const { partition, region, account } = site;
  const places = [
    `elasticbeanstalk-${region}-${account}/resources/environments/_runtime/_versions/${String(inputs["application"])}/${version.id}`,
    `${String(version.outputs["bucket"])}/${String(version.outputs["key"])}`,
  ];
  return places.some((place) => allows(site, role, "s3:GetObject", `arn:${partition}:s3:::${place}`))
    ? undefined
    : `Unable to download the source bundle: ${role} is not authorized to perform: s3:GetObject on resource: ${places[0] ?? ""}`;
}

/** With enhanced health, machines say themselves how they are. */
function healthFault(question: Question): string | undefined {
  const { inputs, site } = question;
  const role = machineRole(question);
  if (role === undefined || option(inputs, HEALTH, "SystemType") !== "enhanced") return undefined;
  const environment = regionalArn(
    site,
    "elasticbeanstalk",
    `environment/${String(inputs["application"])}/${String(inputs["name"])}`,
  );
  return allows(site, role, "elasticbeanstalk:PutInstanceStatistics", environment)
    ? undefined
    : `None of the instances are sending data: ${role} is not authorized to perform: elasticbeanstalk:PutInstanceStatistics on resource: ${environment}`;
}

function variableFault(question: Question): string | undefined {
  const role = machineRole(question);
  if (role === undefined) return undefined;
  const faults = settingsOf(question.inputs)
    .filter(({ namespace }) => namespace === SECRETS)
    .map(({ name, value }) => {
      const fault = secretFault(question.site, value, role);
      return fault && `Failed to fetch the secret of the environment variable ${name}: ${fault}`;
    });
  return faults.find((fault) => fault !== undefined);
}

/** The daemon of the worker tier takes messages off a queue. */
function queueFault(question: Question): string | undefined {
  const { inputs, old, site } = question;
  const role = machineRole(question);
  if (role === undefined || !isWorker(inputs)) return undefined;
  const environment = old ?? site.find(ENVIRONMENT, "name", inputs["name"]);
  const [url] = textsAt(environment?.outputs ?? {}, "queues");
  const arn = textAt(site.find(QUEUE, "url", url)?.outputs, "arn") ?? "";
  const action = QUEUE_ACTIONS.find((each) => !allows(site, role, each, arn));
  return action && `aws-sqsd: User: ${role} is not authorized to perform: ${action} on resource: ${arn}`;
}

/** Found while the provider waits for the environment to be ready. */
export const deployRules: Rule[] = [
  afterwards("environment-source", INSTANCE_PROFILES, "deployment", sourceFault),
  afterwards(
    "environment-secrets",
    `${GUIDE}, Required IAM permissions to access secrets and parameters`,
    "deployment",
    variableFault,
  ),
  ...bundleChecks.map(({ id, source, fault }) =>
    afterwards(id, source, "deployment", ({ inputs, site }) => {
      const bundle = bundleOf(inputs, site);
      return bundle && fault(bundle);
    }),
  ),
  afterwards("environment-health", `${GUIDE}, Enhanced health reporting: instance profile`, "deployment", healthFault),
  afterwards("environment-queue-rights", INSTANCE_PROFILES, "deployment", queueFault),
];
