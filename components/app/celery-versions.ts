/** What the config asks of Celery, and the version that the application nails down does not have. */
import { awsSections, setCommand, type AwsSection, type Fault, type Settings } from "../config";

type Version = readonly [major: number, minor: number];

/** Something that versions of Celery or kombu before a certain one cannot do. */
interface Demand {
  key: string;
  /** The value of that key. */
  value: string;
  /** Why an older version does not do, as the end of a sentence. */
  because: string;
  needs: Readonly<Record<string, Version>>;
  mend: string;
}

/** Faults of versions that `requirements`, in pip's format, name exactly; another form may still become a fitting one. */
export function versionFaults(settings: Settings, requirements: string, stack: string): Fault[] {
  if (settings.app.celery === undefined) return [];
  return demands(settings, stack).flatMap(({ key, value, because, needs, mend }) =>
    Object.entries(needs).flatMap(([name, least]) => {
      // A lock may name several, for several versions of Python: one that fits is enough.
      const pinned = pins(requirements, name);
      if (pinned.length === 0 || pinned.some((version) => !isBelow(version, least))) return [];
      const problem = `${because}, and the application requires ${name} ${pinned.map((one) => one.join(".")).join(", ")}`;
      return [{ key, problem, value, allowed: `${name} ${least.join(".")} or newer in its requirements`, mend }];
    }),
  );
}

/** Versions from which on Celery shuts down softly. */
const SOFT_SHUTDOWN: Version = [5, 5];

/** Whether the Celery that `requirements`, in pip's format, ask for hands running tasks back when it is stopped. */
export function supportsSoftShutdown(requirements: string): boolean {
  const pinned = pins(requirements, "celery");
  return pinned.length === 0 || pinned.some((version) => !isBelow(version, SOFT_SHUTDOWN));
}

function demands(settings: Settings, stack: string): Demand[] {
  const { processes } = settings;
  const all: Demand[] = [];
  const softShutdown = processes.worker?.softShutdown;
  if (softShutdown !== undefined) {
    all.push({
      key: "processes.worker.softShutdown",
      value: String(softShutdown),
      because: "Celery shuts down softly from 5.5 on, and would kill the running tasks at once",
      needs: { celery: SOFT_SHUTDOWN },
      mend: `slipway config rm processes.worker.softShutdown --stack ${stack}`,
    });
  }
  return [...all, ...awsSections(settings).flatMap((section) => brokerDemands(section, stack))];
}

function brokerDemands({ target, broker }: AwsSection, stack: string): Demand[] {
  if (broker.kind === "sqs") return [];
  const version = versionOf(broker.version);
  const key = `${target}.broker.version`;
  const demand = { key, value: broker.version, mend: setCommand(key, stack, "3.13") };
  if (!isBelow(version, [4, 3])) {
    // https://github.com/celery/celery/pull/10290, https://github.com/celery/kombu/pull/2531
    const because = "RabbitMQ refuses, from 4.3 on, the queues that older versions of Celery control workers with";
    return [{ ...demand, because, needs: { celery: [5, 7], kombu: [5, 7] } }];
  }
  if (broker.kind === "amazon-mq" && !isBelow(version, [4, 0])) {
    const because = "Amazon MQ has quorum queues alone from RabbitMQ 4 on, which Celery knows from 5.5 on";
    return [{ ...demand, because, needs: { celery: [5, 5], kombu: [5, 5] } }];
  }
  return [];
}

/** The versions that requirements name exactly. */
function pins(requirements: string, name: string): Version[] {
  const pinned = new RegExp(String.raw`^${name}(?:\[[^\]]*\])?\s*==\s*(\d+(?:\.\d+)*)`, "gim");
  return [...requirements.matchAll(pinned)].map(([, version = ""]) => versionOf(version));
}

function versionOf(text: string): Version {
  const [major = 0, minor = 0] = text.split(".").map(Number);
  return [major, minor];
}

function isBelow([major, minor]: Version, [leastMajor, leastMinor]: Version): boolean {
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
