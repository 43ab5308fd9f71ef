/** The dashboard: what serves on the left, what works and keeps data on the right. */
import * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs } from "./args";
import { databaseMetrics, queueMetrics, serviceMetrics, webMetrics, type Metric } from "./metrics";

const WIDTH = 12;
const HEIGHT = 6;

interface Panel {
  title: string;
  metrics: { label: string; metric: Metric }[];
}

/** Body of the dashboard, as CloudWatch's JSON. */
export function dashboardBody(args: MonitoringArgs): pulumi.Output<string> {
  const widgets = panelsOf(args).map(({ title, metrics }, index) => ({
    type: "metric",
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title,
      region: args.region,
      view: "timeSeries",
      period: 60,
      metrics: metrics.map(({ label, metric }) => [
        metric.namespace,
        metric.metricName,
        ...Object.entries(metric.dimensions).flat(),
        { label, stat: metric.stat },
      ]),
    },
  }));
  return pulumi.jsonStringify({ widgets });
}

function panelsOf(args: MonitoringArgs): Panel[] {
  const { requests, failures, refusals, slow, healthy } = webMetrics(args);
  const services = Object.entries(args.services).map(
    ([role, name]) => [role, serviceMetrics(args.cluster.name, name)] as const,
  );
  const queues = Object.entries(args.queues ?? {}).map(([queue, name]) => [queue, queueMetrics(name)] as const);
  const database = args.database && databaseMetrics(args.database.identifier);
  return [
    {
      title: "Answers",
      metrics: [
        { label: "requests", metric: requests },
        { label: "5xx of the application", metric: failures },
        { label: "5xx of the load balancer", metric: refusals },
      ],
    },
    { title: "95th percentile of answers, seconds", metrics: [{ label: "p95", metric: slow }] },
    { title: "Healthy web processes", metrics: [{ label: "healthy", metric: healthy }] },
    { title: "CPU, percent", metrics: services.map(([label, { cpu }]) => ({ label, metric: cpu })) },
    { title: "Memory, percent", metrics: services.map(([label, { memory }]) => ({ label, metric: memory })) },
    ...(queues.length === 0
      ? []
      : [
          { title: "Waiting tasks", metrics: queues.map(([label, { waiting }]) => ({ label, metric: waiting })) },
          { title: "Oldest task, seconds", metrics: queues.map(([label, { age }]) => ({ label, metric: age })) },
        ]),
    ...(database === undefined
      ? []
      : [
          { title: "Database: CPU, percent", metrics: [{ label: "CPU", metric: database.cpu }] },
          { title: "Database: connections", metrics: [{ label: "connections", metric: database.connections }] },
          { title: "Database: free storage, bytes", metrics: [{ label: "free", metric: database.storage }] },
        ]),
  ];
}
