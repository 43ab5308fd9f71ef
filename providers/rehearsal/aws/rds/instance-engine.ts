/** What RDS says of an instance's engine, version and class, and of its users. */
import type { Question, Rule } from "../../model";
import { rule } from "../../rules";
import { textAt, textsAt } from "../read";
import { ENGINES, familyOf, isOffered, majorOf } from "./engines";
import { restored } from "./snapshot";

const API = "Amazon RDS API Reference, CreateDBInstance";

/** The engine of an instance: asked for, or taken over. */
export function engineOf({ inputs, old, site }: Question): string {
  const engine = textAt(inputs, "engine") ?? textAt(restored(inputs, site), "engine");
  return engine ?? textAt(old?.outputs ?? {}, "engine") ?? "";
}

/** What is asked for has to be complete where nothing is restored. */
const complete: Rule = rule(
  { id: "rds-new-complete", source: "terraform-provider-aws internal/service/rds/instance.go" },
  ["snapshotIdentifier", "replicateSourceDb", "restoreToPointInTime"],
  ({ inputs, old, unknown }) => {
    const origins = ["snapshotIdentifier", "replicateSourceDb", "restoreToPointInTime"];
    if (old !== undefined || origins.some((name) => inputs[name] !== undefined)) return undefined;
    const absent = (name: string): boolean => inputs[name] === undefined && !unknown(name);
    const missing = ["allocatedStorage", "engine", "username"].find(absent);
    if (missing !== undefined) return `"${missing}": required field is not set`;
    const passwords = ["password", "passwordWo", "manageMasterUserPassword"];
    return passwords.every(absent) ? `one of ${passwords.join(", ")} has to be set` : undefined;
  },
);

const version: Rule = rule(
  {
    id: "rds-version",
    source: "github.com/sidpalas/devops-directive-terraform-course/issues/8",
    code: "InvalidParameterCombination",
  },
  ["engine", "engineVersion"],
  (question) => {
    const engine = engineOf(question);
    const asked = textAt(question.inputs, "engineVersion");
    if (engine !== "" && ENGINES[engine] === undefined) return `Invalid DB engine: ${engine}`;
    if (asked === undefined || majorOf(engine, asked) !== undefined) return undefined;
    return `Cannot find version ${asked} for ${engine}`;
  },
);

const orderable: Rule = rule(
  {
    id: "rds-class",
    source: "github.com/aws-cloudformation/cfn-lint/issues/4048",
    code: "InvalidParameterCombination",
  },
  ["engine", "engineVersion", "instanceClass"],
  (question) => {
    const asked = textAt(question.inputs, "instanceClass");
    if (asked === undefined || isOffered(asked)) return undefined;
    const engine = engineOf(question);
    return (
      `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${asked}, ` +
      `Engine=${engine}, EngineVersion=${textAt(question.inputs, "engineVersion") ?? "its default"}, ` +
      `LicenseModel=${ENGINES[engine]?.license ?? ""}. ` +
      "For supported combinations of instance class and database engine version, see the documentation."
    );
  },
);

const majorUpgrade: Rule = rule(
  {
    id: "rds-major-upgrade",
    source: "github.com/hashicorp/terraform-provider-aws/issues/13389",
    code: "InvalidParameterCombination",
  },
  ["engineVersion", "allowMajorVersionUpgrade"],
  (question) => {
    const [from, to] = majors(question);
    if (from === undefined || to === undefined || from === to) return undefined;
    if (from.localeCompare(to, "en", { numeric: true }) > 0) {
      return `Cannot upgrade ${engineOf(question)} from ${from} to ${to}`;
    }
    return question.inputs["allowMajorVersionUpgrade"] === true
      ? undefined
      : "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.";
  },
);

const parameterFamily: Rule = rule(
  {
    id: "rds-parameter-group-family",
    source: "github.com/mattermost/mattermost-load-test-ng/pull/707",
    code: "InvalidParameterCombination",
  },
  ["engine", "engineVersion", "parameterGroupName"],
  (question) => {
    const { inputs, site } = question;
    const name = textAt(inputs, "parameterGroupName") ?? "";
    const group = site.find("aws:rds/parameterGroup:ParameterGroup", "name", name);
    const family = group === undefined ? /^default\.(.+)$/.exec(name)?.[1] : textAt(group.outputs, "family");
    const wanted = familyOf(engineOf(question), textAt(inputs, "engineVersion"));
    if (family === undefined || wanted === undefined || family === wanted) return undefined;
    return (
      `The parameter group ${name} with DBParameterGroupFamily ${family} can't be used for this instance. ` +
      `Use a parameter group with DBParameterGroupFamily ${wanted}.`
    );
  },
);

const username: Rule = rule(
  {
    id: "rds-username",
    source: "github.com/aws-cloudformation/cfn-lint/pull/4425, github.com/floci-io/floci/pull/3730",
    code: "InvalidParameterValue",
  },
  ["engine", "username"],
  (question) => {
    const name = textAt(question.inputs, "username");
    const engine = ENGINES[engineOf(question)];
    if (name === undefined || engine === undefined) return undefined;
    if (engine.reserved.includes(name.toLowerCase())) {
      return `MasterUsername ${name} cannot be used as it is a reserved word used by the engine`;
    }
    return /^[a-zA-Z][a-zA-Z0-9_]*$/.test(name) && name.length <= engine.username
      ? undefined
      : `MasterUsername must begin with a letter and contain only alphanumeric characters or underscores, ` +
          `${engine.username} at most.`;
  },
);

/** The message does not repeat the password. */
const password: Rule = rule(
  { id: "rds-password", source: `${API}, MasterUserPassword`, code: "InvalidParameterValue" },
  ["engine", "password"],
  (question) => {
    const text = textAt(question.inputs, "password");
    const longest = ENGINES[engineOf(question)]?.password;
    if (text === undefined || longest === undefined) return undefined;
    const wrong = "The parameter MasterUserPassword is not a valid password";
    if (text.length < 8 || text.length > longest) return `${wrong}: it has to be of 8 to ${longest} characters.`;
    return /^[!-~]*$/.test(text) && !/[/@"]/.test(text)
      ? undefined
      : `${wrong}. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`;
  },
);

const databaseName: Rule = rule(
  { id: "rds-database-name", source: `${API}, DBName`, code: "InvalidParameterValue" },
  ["engine", "dbName"],
  (question) => {
    const name = textAt(question.inputs, "dbName");
    if (name === undefined) return undefined;
    const postgres = engineOf(question) === "postgres";
    const form = postgres ? /^[A-Za-z_][A-Za-z0-9_]{0,62}$/ : /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
    const reserved = postgres
      ? ["db", "rdsadmin", "template0", "template1"]
      : ["mysql", "sys", "information_schema", "performance_schema", "innodb"];
    if (reserved.includes(name.toLowerCase()))
      return `DBName ${name} cannot be used in this RDS engine: it is reserved`;
    return form.test(name) ? undefined : `DBName must begin with a letter and contain only alphanumeric characters.`;
  },
);

const logs: Rule = rule(
  { id: "rds-logs", source: `${API}, EnableCloudwatchLogsExports`, code: "InvalidParameterCombination" },
  ["engine"],
  (question) => {
    const offered = ENGINES[engineOf(question)]?.logs;
    const wrong = textsAt(question.inputs, "enabledCloudwatchLogsExports").find(
      (log) => offered?.includes(log) === false,
    );
    if (wrong === undefined || offered === undefined) return undefined;
    return `You cannot use the log types '${wrong}' with engine ${engineOf(question)}: it has ${offered.join(", ")}.`;
  },
);

const insights: Rule = rule(
  {
    id: "rds-performance-insights",
    source: "Amazon RDS User Guide, DB engine, Region, and instance class support for Performance Insights",
    code: "InvalidParameterCombination",
  },
  ["engine", "instanceClass", "performanceInsightsEnabled"],
  (question) => {
    const { inputs } = question;
    const small = /^db\.t[34]g?\.(micro|small)$/.test(textAt(inputs, "instanceClass") ?? "");
    return small && inputs["performanceInsightsEnabled"] === true && engineOf(question) !== "postgres"
      ? "Performance Insights not supported for this configuration."
      : undefined;
  },
);

export const ENGINE_RULES: readonly Rule[] = [
  complete,
  version,
  orderable,
  majorUpgrade,
  parameterFamily,
  username,
  password,
  databaseName,
  logs,
  insights,
];

function majors(question: Question): (string | undefined)[] {
  const engine = engineOf(question);
  const versions = [question.old?.outputs ?? {}, question.inputs].map((values) => textAt(values, "engineVersion"));
  return versions.map((text) => (text === undefined ? undefined : majorOf(engine, text)));
}
