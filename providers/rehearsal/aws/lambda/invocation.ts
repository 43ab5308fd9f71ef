import { createHash } from "node:crypto";
import type { Model, Question, Rule, Site, Values } from "../../model";
import { jsonText, oneOf, rule } from "../../rules";
import { documentOf, textsIn } from "../documents";
import { definitionOf } from "../ecs/containers";
import { launchOf } from "../ecs/launch";
import { placementChecks } from "../ecs/placement-checks";
import { startChecks } from "../ecs/task-checks";
import { allows } from "../grants";
import { named, textAt } from "../read";
import { FUNCTION } from "./function";

const SOURCE = "terraform-provider-aws internal/service/lambda/invocation.go";
const CREATE_ONLY = "CREATE_ONLY";

const plan: Rule[] = [
  jsonText({ id: "invocation-json", source: SOURCE }, "input"),
  oneOf({ id: "invocation-scope", source: SOURCE }, "lifecycleScope", [CREATE_ONLY, "CRUD"]),
  rule(
    { id: "invocation-object", source: `${SOURCE}, customizeDiffValidateInput` },
    ["input", "lifecycleScope"],
    ({ inputs }) =>
      inputs["lifecycleScope"] !== CREATE_ONLY && documentOf(inputs["input"]) === undefined
        ? 'lifecycle_scope other than "CREATE_ONLY" requires input to be a JSON object'
        : undefined,
  ),
];

function functionOf({ inputs, site }: Pick<Question, "inputs" | "site">): Values | undefined {
  return named(site, FUNCTION, inputs["functionName"])?.outputs;
}

/** Texts of a prefix anywhere in what the function is asked. */
function askedFor(inputs: Values, prefix: string): string[] {
  return textsIn(documentOf(inputs["input"])).filter((text) => text.startsWith(prefix));
}

/** The tasks that a function is asked to run, by what its input names: task definition, cluster, subnets, groups. */
function tasksOf(inputs: Values, site: Site): Values[] {
  const head = `arn:${site.partition}:ecs:${site.region}:${site.account}`;
  const asked = documentOf(inputs["input"]) ?? {};
  return askedFor(inputs, `${head}:task-definition/`).map((taskDefinition) => ({
    taskDefinition,
    cluster: askedFor(inputs, `${head}:cluster/`)[0] ?? "default",
    desiredCount: 1,
    launchType: asked["launchType"],
    capacityProviderStrategies: asked["capacityProviderStrategy"],
    networkConfiguration: { subnets: askedFor(inputs, "subnet-"), securityGroups: askedFor(inputs, "sg-") },
  }));
}

const call: Rule[] = [
  rule(
    { id: "invocation-function-exists", source: "Lambda API reference, Invoke", code: "ResourceNotFoundException" },
    ["functionName"],
    (question) =>
      functionOf(question) === undefined ? `Function not found: ${String(question.inputs["functionName"])}` : undefined,
  ),
  rule(
    { id: "invocation-task-exists", source: "ECS API reference, RunTask: ClientException", code: "ClientException" },
    ["input"],
    ({ inputs, site }) => {
      const missing = tasksOf(inputs, site).find(
        ({ taskDefinition }) => definitionOf(site, String(taskDefinition)) === undefined,
      );
      return missing && `TaskDefinition not found: ${String(missing["taskDefinition"])}`;
    },
  ),
  rule(
    {
      id: "invocation-task-allowed",
      source: "ECS developer guide, Task definition IAM actions: ecs:RunTask and iam:PassRole",
      code: "AccessDeniedException",
    },
    ["input"],
    (question) => {
      const { inputs, site } = question;
      const role = textAt(functionOf(question) ?? {}, "role") ?? "";
      for (const { taskDefinition } of tasksOf(inputs, site)) {
        const definition = definitionOf(site, String(taskDefinition));
        if (!allows(site, role, "ecs:RunTask", String(taskDefinition)))
          return `${role} is not authorized to perform: ecs:RunTask on resource: ${String(taskDefinition)}`;
        const passed = ["executionRoleArn", "taskRoleArn"].flatMap(
          (property) => textAt(definition?.inputs ?? {}, property) ?? [],
        );
        const kept = passed.find((each) => !allows(site, role, "iam:PassRole", each));
        if (kept !== undefined) return `${role} is not authorized to perform: iam:PassRole on resource: ${kept}`;
      }
      return undefined;
    },
  ),
  rule(
    { id: "invocation-task-starts", source: "ECS developer guide, Stopped task error codes", code: "FunctionError" },
    ["input"],
    ({ inputs, site }) => {
      for (const task of tasksOf(inputs, site)) {
        const launch = launchOf(site, task);
        for (const { code, stops } of [...placementChecks, ...startChecks]) {
          const reason = launch && stops(launch);
          if (reason !== undefined)
            return `the task of ${String(task["taskDefinition"])} did not start: ${code}: ${reason}`;
        }
      }
      return undefined;
    },
  ),
];

function hashOf(inputs: Values): string {
  return createHash("md5").update(String(inputs["input"])).digest("hex");
}

/** What a function that runs tasks answers: that they ended well. */
function resultOf(inputs: Values, site: Site): string {
  return tasksOf(inputs, site).length === 0 ? "null" : JSON.stringify({ exitCode: 0 });
}

/** One call of a function, made when the resource is made, and again when what is asked changes. */
export const invocation: Model = {
  type: "aws:lambda/invocation:Invocation",
  source: SOURCE,
  required: ["functionName", "input"],
  replaces: ["functionName", "qualifier", "triggers"],
  replacesIf: (old, inputs) =>
    inputs["lifecycleScope"] === CREATE_ONLY && old["input"] !== inputs["input"] ? ["input"] : [],
  defaults: { lifecycleScope: CREATE_ONLY, qualifier: "$LATEST", terraformKey: "tf" },
  plan,
  call,
  computed: (inputs, site) => ({
    id: [inputs["functionName"], inputs["qualifier"], hashOf(inputs)].map(String).join(","),
    result: resultOf(inputs, site),
  }),
  updated: (inputs, old, site) => (inputs["input"] === old.inputs["input"] ? {} : { result: resultOf(inputs, site) }),
  seconds: {
    create: (inputs) => (String(inputs["input"]).includes(":task-definition/") ? 75 : 3),
    update: 75,
    delete: 1,
  },
};
