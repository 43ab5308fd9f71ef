/** The calls of Elastic Beanstalk, in the form in which its API takes and answers them: a query, and XML. */
import type { SimulatedBeanstalk, SimulatedEnvironment } from "./simulated-beanstalk";
import { Refused, type Input } from "./simulated-calls";

/** Versions that one call tells of at most, so that there are more pages. */
const PAGE = 3;

type Value = string | number | readonly Value[] | { readonly [name: string]: Value };

/** Call -> what answers it. */
export function beanstalkCalls(beanstalk: SimulatedBeanstalk): Record<string, (input: Input) => string> {
  return {
    DescribeEnvironments: (input) => describeEnvironments(beanstalk, input),
    DescribeEnvironmentHealth: (input) => {
      const { causes } = named(beanstalk, input);
      return answer("DescribeEnvironmentHealth", { Causes: causes });
    },
    DescribeInstancesHealth: (input) => {
      const InstanceHealthList = named(beanstalk, input).instances.map(({ id, version, health, causes }) => ({
        InstanceId: id,
        HealthStatus: health,
        Causes: causes,
        LaunchedAt: new Date(Date.now() - 3_600_000).toISOString(),
        ...(version !== "" && { Deployment: { VersionLabel: version, DeploymentId: 1, Status: "Deployed" } }),
      }));
      return answer("DescribeInstancesHealth", { InstanceHealthList });
    },
    DescribeApplicationVersions: (input) => describeVersions(beanstalk, input),
    DescribeEvents: (input) => describeEvents(beanstalk, input),
  };
}

function describeEnvironments(beanstalk: SimulatedBeanstalk, input: Input): string {
  beanstalk.look();
  const names = listed(input, "EnvironmentNames");
  const found = [...beanstalk.environments.values()].filter(
    ({ name, application }) =>
      (names.length === 0 || names.includes(name)) &&
      (input["ApplicationName"] === undefined || input["ApplicationName"] === application),
  );
  const Environments = found.map(({ name, application, status, version, health, healthStatus }) => ({
    EnvironmentName: name,
    ApplicationName: application,
    Status: status,
    VersionLabel: version,
    Health: health,
    HealthStatus: healthStatus,
  }));
  return answer("DescribeEnvironments", { Environments });
}

function describeVersions({ versions }: SimulatedBeanstalk, { ApplicationName, NextToken = "0" }: Input): string {
  const all = versions.filter(({ application }) => application === ApplicationName).reverse();
  const from = Number(NextToken);
  const ApplicationVersions = all.slice(from, from + PAGE).map(({ label, description, created, bundle }) => ({
    ApplicationName: String(ApplicationName),
    VersionLabel: label,
    Description: description,
    DateCreated: new Date(created * 1000).toISOString(),
    SourceBundle: { S3Bucket: bundle.bucket, S3Key: bundle.key },
    Status: "UNPROCESSED",
  }));
  const more = from + PAGE < all.length ? { NextToken: String(from + PAGE) } : {};
  return answer("DescribeApplicationVersions", { ApplicationVersions, ...more });
}

function describeEvents({ environments }: SimulatedBeanstalk, { EnvironmentName, ApplicationName }: Input): string {
  const all = [...environments.values()].filter(
    ({ name, application }) =>
      (EnvironmentName === undefined || name === EnvironmentName) &&
      (ApplicationName === undefined || application === ApplicationName),
  );
  const Events = all
    .flatMap(({ name, events }) => events.map((event) => ({ name, ...event })))
    .sort((one, other) => other.at - one.at)
    .map(({ name, at, severity, message, version }) => ({
      EventDate: new Date(at * 1000).toISOString(),
      Message: message,
      EnvironmentName: name,
      Severity: severity,
      ...(version !== "" && { VersionLabel: version }),
    }));
  return answer("DescribeEvents", { Events });
}

function named({ environments }: SimulatedBeanstalk, { EnvironmentName }: Input): SimulatedEnvironment {
  const found = environments.get(String(EnvironmentName));
  if (found !== undefined) return found;
  throw new Refused(
    "InvalidParameterValue",
    `No Environment found for EnvironmentName = '${String(EnvironmentName)}'.`,
  );
}

/** `Names.member.1`, `Names.member.2` and so on. */
function listed(input: Input, name: string): string[] {
  return Object.entries(input).flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [String(value)] : []));
}

function answer(call: string, result: Value): string {
  return `<${call}Response xmlns="http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"><${call}Result>${xml(result)}</${call}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${call}Response>`;
}

function xml(value: Value): string {
  if (Array.isArray(value)) return value.map((each: Value) => `<member>${xml(each)}</member>`).join("");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, own]) => `<${name}>${xml(own)}</${name}>`)
      .join("");
  }
  return String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
