/** What Celery needs of its broker, or its broker of Celery: said before anything is made. */
import { awsSections } from "./aws-sections";
import { setCommand, type Fault } from "./faults";
import type { Settings } from "./schema";

/** Longest name of an SQS queue, less what Slipway puts between the parts of it: `<app>-broker-queue-<queue>-<random>`. */
const QUEUE_NAME_LENGTH = 80 - "-broker-queue-".length - "-1234567".length;
/** Queues that one queue of dead letters serves by name (AWS, RedriveAllowPolicy). */
const QUEUES = 10;
/** RabbitMQ 4 at Amazon MQ (AWS, RabbitMQ 4). */
const MQ_4_TYPES = /^mq\.m7g\./;
/** 24 days; with the time that the task then runs it is less than Amazon MQ's largest consumer_timeout, 2^31 - 1 ms. */
const LONGEST_MQ_ETA = 24 * 86_400;

/** Faults of Celery's processes and of its broker on AWS. */
export function celeryRules(settings: Settings, stack: string): Fault[] {
  if (settings.app.celery === undefined) return [];
  return [
    ...softShutdownFaults(settings, stack),
    ...awsSections(settings).flatMap(({ target, broker }) => {
      const place: Place = { section: `${target}.broker`, settings, stack };
      if (broker.kind === "sqs") return sqsFaults(place, broker);
      return broker.kind === "amazon-mq" ? mqFaults(place, broker) : [];
    }),
  ];
}

/** Where a broker is asked for. */
interface Place {
  /** Key of its section. */
  section: string;
  settings: Settings;
  stack: string;
}

function softShutdownFaults({ processes: { worker } }: Settings, stack: string): Fault[] {
  if (worker?.softShutdown === undefined || worker.softShutdown < worker.stopTimeout) return [];
  return [
    {
      key: "processes.worker.softShutdown",
      problem: "not below stopTimeout: the worker would be killed before it has handed its tasks back",
      value: String(worker.softShutdown),
      allowed: `1 to ${worker.stopTimeout - 1}, or a longer processes.worker.stopTimeout`,
      mend: setCommand("processes.worker.softShutdown", stack, String(Math.max(1, worker.stopTimeout - 5))),
    },
  ];
}

type Sqs = Extract<Settings["ecs"]["broker"], { kind: "sqs" }>;

function sqsFaults({ section, settings, stack }: Place, { queues, visibilityTimeout }: Sqs): Fault[] {
  const { app, processes } = settings;
  const faults: Fault[] = [];
  const longestEta = processes.worker?.longestEta ?? 0;
  if (visibilityTimeout < longestEta) {
    faults.push({
      key: `${section}.visibilityTimeout`,
      problem: `below processes.worker.longestEta, ${longestEta}: SQS would deliver a waiting task again, and it would run twice`,
      value: String(visibilityTimeout),
      allowed: longestEta > 43200 ? "43200 is the most: a longestEta of 43200 or less" : `${longestEta} to 43200`,
      mend:
        longestEta > 43200
          ? setCommand("processes.worker.longestEta", stack, "43200")
          : setCommand(`${section}.visibilityTimeout`, stack, "43200"),
    });
  }
  const queueFault = (index: number, problem: string, allowed: string): void => {
    const key = `${section}.queues[${index}]`;
    const mend = setCommand(key, stack, "<name>");
    faults.push({ key, problem, value: queues[index] ?? "", allowed, mend });
  };
  const longest = QUEUE_NAME_LENGTH - app.name.length;
  queues.forEach((queue, index) => {
    if (queues.indexOf(queue) !== index) queueFault(index, "is there twice", "each queue once");
    if (queue.length > longest) {
      queueFault(index, "too long beside the application's name for a queue of SQS", `${longest} characters or fewer`);
    }
  });
  if (queues.length > QUEUES) {
    queueFault(QUEUES, "is one too many for one queue of dead letters", `${QUEUES} queues or fewer`);
  }
  return faults;
}

type AmazonMq = Extract<Settings["ecs"]["broker"], { kind: "amazon-mq" }>;

function mqFaults({ section, settings, stack }: Place, { version, instanceType }: AmazonMq): Fault[] {
  const { processes } = settings;
  const faults: Fault[] = [];
  if (Number.parseInt(version, 10) >= 4 && !MQ_4_TYPES.test(instanceType)) {
    faults.push({
      key: `${section}.instanceType`,
      problem: `does not run RabbitMQ ${version} at Amazon MQ`,
      value: instanceType,
      allowed: "a type that starts with mq.m7g, or version 3.13",
      mend: setCommand(`${section}.instanceType`, stack, "mq.m7g.medium"),
    });
  }
  const longestEta = processes.worker?.longestEta ?? 0;
  if (longestEta > LONGEST_MQ_ETA) {
    faults.push({
      key: "processes.worker.longestEta",
      problem: "longer than Amazon MQ waits for a task that a worker holds back",
      value: String(longestEta),
      allowed: `${LONGEST_MQ_ETA} or less`,
      mend: setCommand("processes.worker.longestEta", stack, String(LONGEST_MQ_ETA)),
    });
  }
  return faults;
}
