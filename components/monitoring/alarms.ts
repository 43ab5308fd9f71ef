/** The few alarms that somebody should be woken for. */
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm";
import type { MonitoringArgs, WatchedDatabase } from "./args";
import { defaultConnections } from "./connections";
import { databaseMetrics, environmentHealth, queueMetrics, webMetrics, type Metric } from "./metrics";

const MINUTE = 60;
const GIB = 2 ** 30;
/** Requests in five minutes below which a share of failures says nothing. */
const FEW_REQUESTS = 20;
/** Of an environment's health (AWS, Publishing CloudWatch custom metrics for an environment). */
const DEGRADED = 20;

/** An alarm without what all alarms have in common. */
export type Alarm = Omit<MetricAlarmArgs, "alarmActions" | "okActions">;

/** Every alarm that the watched parts call for, by a stable key. */
export function alarmsOf(args: MonitoringArgs): Record<string, Alarm> {
  const { loadBalancer, database, environments = {} } = args;
  return {
    ...(loadBalancer && webAlarms(loadBalancer, args.monitoring)),
    ...healthAlarms(environments),
    ...queueAlarms(args),
    ...(database && databaseAlarms(database)),
  };
}

function webAlarms(
  loadBalancer: NonNullable<MonitoringArgs["loadBalancer"]>,
  { errorShare, slowSeconds }: MonitoringArgs["monitoring"],
): Record<string, Alarm> {
  const { requests, failures, refusals, slow, healthy } = webMetrics(loadBalancer);
  return {
    errors: {
      alarmDescription: `More than ${errorShare} % of the answers are 5xx.`,
      comparisonOperator: "GreaterThanThreshold",
      threshold: errorShare,
      evaluationPeriods: 2,
      treatMissingData: "notBreaching",
      metricQueries: [
        query("requests", requests),
        query("failures", failures),
        query("refusals", refusals),
        {
          id: "share",
          label: "5xx in percent",
          expression: `IF(requests > ${FEW_REQUESTS}, 100 * (FILL(failures, 0) + FILL(refusals, 0)) / requests, 0)`,
          returnData: true,
        },
      ],
    },
    slow: {
      alarmDescription: `The 95th percentile of answers takes longer than ${slowSeconds} s.`,
      ...single(slow, 5 * MINUTE),
      comparisonOperator: "GreaterThanThreshold",
      threshold: slowSeconds,
      evaluationPeriods: 3,
      treatMissingData: "notBreaching",
    },
    ...(healthy !== undefined && {
      unhealthy: {
        alarmDescription: "No web process is healthy.",
        ...single(healthy, MINUTE),
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        evaluationPeriods: 2,
        treatMissingData: "breaching",
      },
    }),
  };
}

/** A deployment may leave an environment without data for a while; one that is gone tells nothing either. */
function healthAlarms(environments: NonNullable<MonitoringArgs["environments"]>): Record<string, Alarm> {
  const alarms = Object.entries(environments).map(([role, name]): [string, Alarm] => [
    `health-${role}`,
    {
      alarmDescription: `Elastic Beanstalk finds the ${role} environment degraded.`,
      ...single(environmentHealth(name), MINUTE),
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: DEGRADED,
      evaluationPeriods: 5,
      treatMissingData: "missing",
    },
  ]);
  return Object.fromEntries(alarms);
}

function queueAlarms({ queues = {}, deadLetterQueue, monitoring }: MonitoringArgs): Record<string, Alarm> {
  const names = Object.values(queues);
  const ages = names.flatMap((name, index) => {
    const { age, waiting } = queueMetrics(name);
    return [query(`age${index}`, age), query(`waiting${index}`, waiting)];
  });
  // A task with an ETA is in flight, not waiting, however old it is.
  const held = names.map((_, index) => ({
    id: `held${index}`,
    expression: `IF(FILL(waiting${index}, 0) > 0, FILL(age${index}, 0), 0)`,
  }));
  return {
    ...(ages.length > 0 && {
      backlog: {
        alarmDescription: `A task waits for longer than ${monitoring.backlogSeconds} s.`,
        comparisonOperator: "GreaterThanThreshold",
        threshold: monitoring.backlogSeconds,
        evaluationPeriods: 2,
        treatMissingData: "notBreaching",
        metricQueries: [
          ...ages,
          ...held,
          {
            id: "oldest",
            label: "Seconds",
            expression: `MAX([${held.map(({ id }) => id).join(", ")}])`,
            returnData: true,
          },
        ],
      },
    }),
    ...(deadLetterQueue !== undefined && {
      deadLetters: {
        alarmDescription: "A task failed too often and was put aside.",
        ...single(queueMetrics(deadLetterQueue).waiting, 5 * MINUTE),
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
      },
    }),
  };
}

function databaseAlarms(database: WatchedDatabase): Record<string, Alarm> {
  const { storage, cpu, connections } = databaseMetrics(database.identifier);
  const most = defaultConnections(database);
  return {
    databaseStorage: {
      alarmDescription: "Less than a tenth of the database's storage is free.",
      ...single(storage, 5 * MINUTE),
      comparisonOperator: "LessThanThreshold",
      threshold: Math.round((database.storageGb * GIB) / 10),
      evaluationPeriods: 2,
      treatMissingData: "missing",
    },
    databaseCpu: {
      alarmDescription: "The database's CPU has been busy for 15 minutes.",
      ...single(cpu, 5 * MINUTE),
      comparisonOperator: "GreaterThanThreshold",
      threshold: 85,
      evaluationPeriods: 3,
      treatMissingData: "missing",
    },
    ...(most !== undefined && {
      databaseConnections: {
        alarmDescription: `More than 80 % of about ${most} database connections are in use.`,
        ...single(connections, 5 * MINUTE),
        comparisonOperator: "GreaterThanThreshold",
        threshold: Math.floor(most * 0.8),
        evaluationPeriods: 2,
        treatMissingData: "missing",
      },
    }),
  };
}

function query(id: string, { stat, ...metric }: Metric) {
  return { id, metric: { ...metric, stat, period: 5 * MINUTE } };
}

/** An alarm on one metric; percentiles go by another name. */
function single(
  { stat, ...metric }: Metric,
  period: number,
): Pick<Alarm, "statistic" | "extendedStatistic" | "period"> {
  return { ...metric, period, ...(/^p\d/.test(stat) ? { extendedStatistic: stat } : { statistic: stat }) };
}
