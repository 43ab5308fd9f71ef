import { isObject } from "../../../protocol/values";
import type { Model, Rule } from "../../model";
import { jsonText, matches, rule } from "../../rules";
import { documentOf } from "../documents";
import { numberAt, objectsAt, textAt } from "../read";

const SOURCE = "terraform-provider-aws internal/service/cloudwatch/dashboard.go";
const GUIDE = "Amazon CloudWatch API Reference, Dashboard body structure and syntax";
const KINDS = ["metric", "text", "log", "alarm", "explorer", "custom", "chart"];
const COLUMNS = 24;
const MOST_WIDGETS = 500;
const MOST_BYTES = 1024 * 1024;

interface Fault {
  dataPath: string;
  message: string;
}

const body: Rule = rule(
  {
    id: "dashboard-body",
    source: `${GUIDE}; github.com/pulumi/pulumi/issues/13059, github.com/aws-samples/aws-eda-slurm-cluster/issues/116`,
    code: "InvalidParameterInput",
  },
  ["dashboardBody"],
  ({ inputs }) => {
    const document = documentOf(inputs["dashboardBody"]);
    const faults = document === undefined ? [fault("", "Should be object")] : faultsOf(document);
    if (faults.length === 0) return undefined;
    const count = faults.length === 1 ? "is 1 validation error" : `are ${faults.length} validation errors`;
    return `The dashboard body is invalid, there ${count}:\n${JSON.stringify(faults, undefined, 2)}`;
  },
);

/** A page of graphs. PutDashboard overwrites one of the same name without a word. */
export const dashboard: Model = {
  type: "aws:cloudwatch/dashboard:Dashboard",
  source: SOURCE,
  required: ["dashboardBody", "dashboardName"],
  replaces: ["dashboardName"],
  json: ["dashboardBody"],
  plan: [
    matches(
      { id: "dashboard-name", source: "terraform-provider-aws internal/service/cloudwatch/validate.go" },
      "dashboardName",
      /^[0-9A-Za-z_-]{1,255}$/,
      "1 to 255 letters, digits, underscores and hyphens",
    ),
    jsonText({ id: "dashboard-json", source: SOURCE }, "dashboardBody"),
  ],
  call: [body],
  computed: (inputs, site) => ({
    id: String(inputs["dashboardName"]),
    // Dashboards are global: there is no region in the ARN.
    dashboardArn: `arn:${site.partition}:cloudwatch::${site.account}:dashboard/${String(inputs["dashboardName"])}`,
  }),
  seconds: { create: 1, update: 1, delete: 1 },
};

function faultsOf(document: Readonly<Record<string, unknown>>): Fault[] {
  const { widgets } = document;
  if (!Array.isArray(widgets)) return [fault("", "Should have required property 'widgets'")];
  const size = JSON.stringify(document).length;
  return [
    ...(size > MOST_BYTES ? [fault("", `Should not be longer than ${MOST_BYTES} characters`)] : []),
    ...(widgets.length > MOST_WIDGETS ? [fault("/widgets", `Should not have more than ${MOST_WIDGETS} items`)] : []),
    ...widgets.flatMap((widget: unknown, at) =>
      isObject(widget) ? ofWidget(widget, at) : [fault(`/widgets/${at}`, "Should be object")],
    ),
  ];
}

function ofWidget(widget: Record<string, unknown>, at: number): Fault[] {
  const path = `/widgets/${at}`;
  const kind = textAt(widget, "type");
  const properties = widget["properties"];
  if (kind === undefined || !KINDS.includes(kind))
    return [fault(`${path}/type`, `Should be equal to one of ${KINDS.join(", ")}`)];
  if (!isObject(properties)) return [fault(path, "Should have required property 'properties'")];
  return [...ofPlace(widget, path), ...ofProperties(kind, properties, `${path}/properties`)];
}

function ofPlace(widget: Record<string, unknown>, path: string): Fault[] {
  const limits: readonly [name: string, low: number, high: number][] = [
    ["x", 0, COLUMNS - 1],
    ["y", 0, Infinity],
    ["width", 1, COLUMNS],
    ["height", 1, 1000],
  ];
  const outside = limits.filter(([name, low, high]) => {
    const value = widget[name];
    return value !== undefined && !(typeof value === "number" && value >= low && value <= high);
  });
  return outside.map(([name, low, high]) => fault(`${path}/${name}`, `Should be from ${low} to ${high}`));
}

function ofProperties(kind: string, properties: Record<string, unknown>, path: string): Fault[] {
  if (kind === "text") return absent(properties, ["markdown"], path);
  if (kind === "alarm") return absent(properties, ["alarms"], path);
  if (kind === "log") return absent(properties, ["query", "region"], path);
  return kind === "metric" ? ofMetrics(properties, path) : [];
}

function ofMetrics(properties: Record<string, unknown>, path: string): Fault[] {
  const { metrics } = properties;
  const alarms = objectsAt(properties, "annotations").some((annotations) => annotations["alarms"] !== undefined);
  if (metrics === undefined && !alarms) {
    return [
      fault(path, "Should have required property 'metrics'"),
      fault(path, "The metric widget should have specified a region and a data source or an alarm annotation"),
    ];
  }
  const rows: unknown[] = Array.isArray(metrics) ? metrics : [];
  return [
    ...(metrics !== undefined && !Array.isArray(metrics) ? [fault(`${path}/metrics`, "Should be array")] : []),
    ...rows.flatMap((row, at) => (Array.isArray(row) ? [] : [fault(`${path}/metrics/${at}`, "Should be array")])),
    ...(alarms ? [] : absent(properties, ["region"], path)),
    ...((numberAt(properties, "period") ?? 60) < 1 ? [fault(`${path}/period`, "Should be >= 1")] : []),
  ];
}

function absent(properties: Record<string, unknown>, names: readonly string[], path: string): Fault[] {
  return names
    .filter((name) => properties[name] === undefined)
    .map((name) => fault(path, `Should have required property '${name}'`));
}

function fault(dataPath: string, message: string): Fault {
  return { dataPath, message };
}
