/** The dashboard: what serves on the left, what works and keeps data on the right. */
import * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs } from "./args";
import { databaseMetrics, environmentHealth, queueMetrics, serviceMetrics, webMetrics, type Metric } from "./metrics";

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

function panelsOf({ loadBalancer, environments, ecs, queues, database }: MonitoringArgs): Panel[] {
  return [
    ...(loadBalancer === undefined ? [] : webPanels(loadBalancer)),
    ...(environments === undefined ? [] : healthPanels(environments)),
    ...(ecs === undefined ? [] : servicePanels(ecs)),
    ...queuePanels(queues ?? {}),
    ...(database === undefined ? [] : databasePanels(database)),
  ];
}

function webPanels(loadBalancer: NonNullable<MonitoringArgs["loadBalancer"]>): Panel[] {
  const { requests, failures, refusals, slow, healthy } = webMetrics(loadBalancer);
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
    ...(healthy === undefined
      ? []
      : [{ title: "Healthy web processes", metrics: [{ label: "healthy", metric: healthy }] }]),
  ];
}

function healthPanels(environments: NonNullable<MonitoringArgs["environments"]>): Panel[] {
  const metrics = Object.entries(environments).map(([label, name]) => ({ label, metric: environmentHealth(name) }));
  return [{ title: "Health: 0 is well, 15 a warning, 20 degraded, 25 severe", metrics }];
}

function servicePanels({ cluster, services }: NonNullable<MonitoringArgs["ecs"]>): Panel[] {
  const all = Object.entries(services).map(([label, name]) => ({ label, ...serviceMetrics(cluster.name, name) }));
  return [
    { title: "CPU, percent", metrics: all.map(({ label, cpu }) => ({ label, metric: cpu })) },
    { title: "Memory, percent", metrics: all.map(({ label, memory }) => ({ label, metric: memory })) },
  ];
}

function queuePanels(queues: NonNullable<MonitoringArgs["queues"]>): Panel[] {
  const all = Object.entries(queues).map(([label, name]) => ({ label, ...queueMetrics(name) }));
  if (all.length === 0) return [];
  return [
    { title: "Waiting tasks", metrics: all.map(({ label, waiting }) => ({ label, metric: waiting })) },
    { title: "Oldest task, seconds", metrics: all.map(({ label, age }) => ({ label, metric: age })) },
  ];
}

function databasePanels({ identifier }: NonNullable<MonitoringArgs["database"]>): Panel[] {
  const { cpu, connections, storage } = databaseMetrics(identifier);
  return [
    { title: "Database: CPU, percent", metrics: [{ label: "CPU", metric: cpu }] },
    { title: "Database: connections", metrics: [{ label: "connections", metric: connections }] },
    { title: "Database: free storage, bytes", metrics: [{ label: "free", metric: storage }] },
  ];
}
