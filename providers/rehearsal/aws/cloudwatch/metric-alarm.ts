import type { Model, Question, Rule, Values } from "../../model";
import { arn, between, entriesBetween, excludes, lengthBetween, matches, oneOf, rule } from "../../rules";
import { numberAt, objectsAt, regionalArn, textAt } from "../read";

const TYPE = "aws:cloudwatch/metricAlarm:MetricAlarm";
const SOURCE = "terraform-provider-aws internal/service/cloudwatch/metric_alarm.go";
const API = "Amazon CloudWatch API Reference, PutMetricAlarm";
const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
const OF_METRIC = ["metricName", "namespace", "period", "statistic", "extendedStatistic", "dimensions", "unit"];
const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];
const DAY = 86400;
/** From a period of an hour on, an alarm may look back a week. */
const LONG_PERIOD = 3600;

/** The properties of a metric of its own that are given, known or not. */
function given({ inputs, unknown }: Question): string[] {
  return OF_METRIC.filter((name) => inputs[name] !== undefined || unknown(name));
}

const metricOrQueries: Rule = rule({ id: "alarm-metric-or-queries", source: SOURCE }, [], (question) => {
  const queries = objectsAt(question.inputs, "metricQueries").length > 0 || question.unknown("metricQueries");
  const metric = given(question);
  if (queries && metric.length > 0) return `metricQueries conflicts with ${metric.join(", ")}`;
  return queries || metric.includes("metricName") ? undefined : "one of metricName, metricQueries has to be set";
});

const statistic: Rule = rule({ id: "alarm-statistic", source: SOURCE }, [], (question) => {
  const found = given(question);
  const both = ["statistic", "extendedStatistic"].filter((name) => found.includes(name));
  if (both.length === 2) return "statistic conflicts with extendedStatistic: give one of them";
  return found.includes("metricName") && both.length === 0
    ? "one of `statistic`,`extended_statistic` must be set for a cloudwatch metric alarm"
    : undefined;
});

const periods: Rule = rule({ id: "alarm-period", source: SOURCE }, ["period"], ({ inputs }) => {
  const wrong = periodsOf(inputs).find(
    (period) => ![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0),
  );
  return wrong === undefined ? undefined : `period is ${wrong}; it has to be 10, 20, 30 or a multiple of 60`;
});

const queries: Rule = rule({ id: "alarm-queries", source: SOURCE }, [], ({ inputs, unknown }) => {
  const wrong = objectsAt(inputs, "metricQueries").find(
    (query) => (query["expression"] === undefined) === (query["metric"] === undefined),
  );
  return wrong === undefined || unknown("metricQueries")
    ? undefined
    : `metricQueries: ${String(wrong["id"])} has to have either expression or metric`;
});

const threshold: Rule = rule({ id: "alarm-threshold", source: API, code: "ValidationError" }, [], (question) => {
  const { inputs, unknown } = question;
  const has = (name: string): boolean => inputs[name] !== undefined || unknown(name);
  return has("threshold") || has("thresholdMetricId") ? undefined : "Threshold is required";
});

const needed: Rule = rule({ id: "alarm-period-needed", source: API, code: "ValidationError" }, [], (question) => {
  const found = given(question);
  const missing = ["namespace", "period"].find((name) => found.includes("metricName") && !found.includes(name));
  return missing === undefined ? undefined : `When MetricName is specified, ${missing} is required`;
});

const datapoints: Rule = rule(
  {
    id: "alarm-datapoints",
    source: "github.com/hashicorp/terraform/issues/24070",
    code: "ValidationError",
  },
  ["datapointsToAlarm", "evaluationPeriods"],
  ({ inputs }) =>
    (numberAt(inputs, "datapointsToAlarm") ?? 0) > (numberAt(inputs, "evaluationPeriods") ?? Infinity)
      ? "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
      : undefined,
);

const range: Rule = rule(
  { id: "alarm-range", source: `${API}, EvaluationPeriods`, code: "ValidationError" },
  ["period", "evaluationPeriods"],
  ({ inputs }) => {
    const period = Math.max(0, ...periodsOf(inputs));
    const most = period >= LONG_PERIOD ? 7 * DAY : DAY;
    return period * (numberAt(inputs, "evaluationPeriods") ?? 1) <= most
      ? undefined
      : `Metrics cannot be checked across more than ${most === DAY ? "a day" : "seven days"} (EvaluationPeriods * Period must be <= ${most}).`;
  },
);

const oneResult: Rule = rule(
  { id: "alarm-one-result", source: `${API}, Metrics`, code: "ValidationError" },
  ["metricQueries"],
  ({ inputs }) => {
    const all = objectsAt(inputs, "metricQueries");
    const returned = all.filter((query) => query["returnData"] === true);
    return all.length === 0 || returned.length === 1
      ? undefined
      : `Exactly one element of the metrics list should return data; ${returned.length} do.`;
  },
);

const queryIds: Rule = rule(
  { id: "alarm-query-ids", source: `${API}, MetricDataQuery`, code: "ValidationError" },
  ["metricQueries"],
  ({ inputs }) => {
    const ids = objectsAt(inputs, "metricQueries").map((query) => textAt(query, "id") ?? "");
    const wrong = ids.find((id, at) => !/^[a-z][A-Za-z0-9_]{0,254}$/.test(id) || ids.indexOf(id) !== at);
    return wrong === undefined
      ? undefined
      : `The id of a metric query has to start with a lower-case letter and to be there once: "${wrong}"`;
  },
);

/** An alarm on one metric, or on an expression over several. */
export const metricAlarm: Model = {
  type: TYPE,
  source: SOURCE,
  required: ["comparisonOperator", "evaluationPeriods"],
  replaces: ["name"],
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  name: { property: "name", longest: 255 },
  sets: ["alarmActions", "okActions", "insufficientDataActions", "metricQueries"],
  // Scaling policies are actions too, but their types hold none of them back.
  references: ["alarmActions", "okActions", "insufficientDataActions"].map((property) => ({
    property,
    to: ["aws:sns/topic:Topic"],
    by: "arn",
    missing: "ValidationError",
    except: /^arn:aws[a-z-]*:(?!sns:)/,
  })),
  plan: [
    lengthBetween({ id: "alarm-name", source: SOURCE }, "name", 1, 255),
    lengthBetween({ id: "alarm-description", source: SOURCE }, "alarmDescription", 0, 1024),
    oneOf({ id: "alarm-comparison", source: SOURCE }, "comparisonOperator", COMPARISONS),
    oneOf({ id: "alarm-statistic-name", source: SOURCE }, "statistic", STATISTICS),
    matches(
      { id: "alarm-percentile", source: `${SOURCE}; Amazon CloudWatch User Guide, statistics definitions` },
      "extendedStatistic",
      /^(p(\d{1,2}(\.\d{1,10})?|100)|(tm|tc|ts|wm|TM|TC|TS|WM|PR)(\d.*|\(.+\))|IQM)$/,
      "a statistic such as p95, p99.9, tm90 or IQM",
    ),
    oneOf({ id: "alarm-missing-data", source: SOURCE }, "treatMissingData", [
      "missing",
      "ignore",
      "breaching",
      "notBreaching",
    ]),
    between({ id: "alarm-periods", source: SOURCE }, "evaluationPeriods", 1, Number.MAX_SAFE_INTEGER),
    periods,
    metricOrQueries,
    statistic,
    queries,
    excludes({ id: "alarm-threshold-or-metric", source: SOURCE }, "threshold", "thresholdMetricId"),
    entriesBetween({ id: "alarm-ok-actions", source: SOURCE }, "okActions", 0, 5),
    entriesBetween({ id: "alarm-no-data-actions", source: SOURCE }, "insufficientDataActions", 0, 5),
    arn({ id: "alarm-action-arn", source: SOURCE }, "alarmActions"),
  ],
  call: [
    entriesBetween(
      { id: "alarm-actions", source: `${API}, AlarmActions`, code: "ValidationError" },
      "alarmActions",
      0,
      5,
    ),
    threshold,
    needed,
    datapoints,
    range,
    oneResult,
    queryIds,
  ],
  computed: (inputs, site) => ({
    id: String(inputs["name"]),
    arn: regionalArn(site, "cloudwatch", `alarm:${String(inputs["name"])}`),
    evaluateLowSampleCountPercentiles: textAt(inputs, "evaluateLowSampleCountPercentiles") ?? "",
  }),
  seconds: { create: 1, update: 1, delete: 1 },
};

function periodsOf(inputs: Values): number[] {
  const queries = objectsAt(inputs, "metricQueries");
  const all = [inputs, ...queries, ...objectsAt(inputs, "metricQueries.metric")];
  return all.flatMap((values) => numberAt(values, "period") ?? []);
}
