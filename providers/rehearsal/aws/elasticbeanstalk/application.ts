import type { Model, Rule } from "../../model";
import { arn, between, excludes, lengthBetween, matches, rule } from "../../rules";
import { regionalArn } from "../read";
import { APPLICATION, ENVIRONMENT, INVALID, VERSION } from "./types";

const SOURCE = "terraform-provider-aws internal/service/elasticbeanstalk/application.go";
const API = "AWS Elastic Beanstalk API reference";
const LONGEST = 100;

const taken: Rule = rule(
  { id: "application-name-taken", source: `${API}, CreateApplication`, code: INVALID },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined && site.find(APPLICATION, "name", inputs["name"]) !== undefined
      ? `Application ${String(inputs["name"])} already exists.`
      : undefined,
);

const lifecycleRole: Rule = rule(
  { id: "application-lifecycle-role", source: `${API}, ApplicationResourceLifecycleConfig`, code: INVALID },
  ["appversionLifecycle"],
  ({ inputs, site }) => {
    const role = (inputs["appversionLifecycle"] as { serviceRole?: string } | undefined)?.serviceRole;
    return role === undefined || site.find("aws:iam/role:Role", "arn", role) !== undefined
      ? undefined
      : `The service role '${role}' does not exist`;
  },
);

const idle: Rule = {
  id: "application-idle",
  source: `${API}, DeleteApplication`,
  code: "OperationInProgress",
  refuses: ({ old, site }) => {
    const running = site.all(ENVIRONMENT).filter(({ outputs }) => outputs["application"] === old?.outputs["name"]);
    return running.length === 0
      ? undefined
      : `Unable to delete application ${String(old?.id)}: it has running environments: ${running.map(({ outputs }) => String(outputs["name"])).join(", ")}.`;
  },
};

/** An application; its versions go away with it. */
export const application: Model = {
  type: APPLICATION,
  source: SOURCE,
  replaces: ["name"],
  defaults: { "appversionLifecycle.deleteSourceFromS3": false },
  name: { property: "name", longest: LONGEST },
  plan: [
    lengthBetween({ id: "application-name-length", source: SOURCE }, "name", 1, LONGEST),
    arn({ id: "application-lifecycle-arn", source: SOURCE }, "appversionLifecycle.serviceRole", "iam"),
    excludes(
      { id: "application-lifecycle-kind", source: SOURCE },
      "appversionLifecycle.maxAgeInDays",
      "appversionLifecycle.maxCount",
    ),
  ],
  call: [
    matches(
      { id: "application-name", source: `${API}, CreateApplication`, code: INVALID },
      "name",
      /^[^/]+$/,
      "without a slash",
    ),
    between(
      { id: "application-lifecycle-count", source: `${API}, MaxCountRule`, code: INVALID },
      "appversionLifecycle.maxCount",
      0,
      1000,
    ),
    lengthBetween(
      { id: "application-description", source: `${API}, CreateApplication`, code: INVALID },
      "description",
      0,
      200,
    ),
    lifecycleRole,
    taken,
  ],
  deletion: [idle],
  computed: (inputs, site) => {
    const name = String(inputs["name"]);
    return { id: name, name, arn: regionalArn(site, "elasticbeanstalk", `application/${name}`) };
  },
  removed: ({ id }, site) => {
    for (const version of site.all(VERSION)) if (version.outputs["application"] === id) site.remove(version);
  },
  seconds: { create: 2, update: 2, delete: 10 },
};
