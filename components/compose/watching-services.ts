/** What watches the application: metrics with a dashboard, and logs. Each is started by its profile only. */
import { stringify } from "yaml";
import { PORT } from "../image";
import { templateText } from "../package-root";
import type { ComposeArgs, Service } from "./args";
import { service, type ServiceArgs } from "./service";
import { reference, VARIABLES } from "./variables";

/** Profiles of the Compose file. */
const METRICS = "monitoring";
const LOGS = "logs";

const IMAGES = {
  prometheus: "prom/prometheus:v3.5.0",
  grafana: "grafana/grafana:12.0.2",
  loki: "grafana/loki:3.5.1",
  alloy: "grafana/alloy:v1.9.1",
} as const;

/** Path below app-templates/compose -> path beside the Compose file. */
const FILES: Readonly<Record<string, string>> = {
  "loki.yaml": "monitoring/loki.yaml",
  "config.alloy": "monitoring/config.alloy",
  "datasources.yaml": "monitoring/grafana/provisioning/datasources/slipway.yaml",
  "dashboards.yaml": "monitoring/grafana/provisioning/dashboards/slipway.yaml",
  "application.json": "monitoring/grafana/dashboards/application.json",
};

/** Services by name. */
export function watchingServices({ compose: { monitoring } }: ComposeArgs): Record<string, Service> {
  const { prometheusPort, grafanaPort, days } = monitoring;
  return {
    prometheus: watcher("prometheus", [METRICS], {
      command: [
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        `--storage.tsdb.retention.time=${days}d`,
      ],
      volumes: ["./monitoring/prometheus.yml:/etc/prometheus/prometheus.yml:ro", "prometheus:/prometheus"],
      ports: [`127.0.0.1:${prometheusPort}:9090`],
    }),
    grafana: watcher("grafana", [METRICS, LOGS], {
      environment: {
        GF_SECURITY_ADMIN_PASSWORD: reference(VARIABLES.grafana),
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: "/var/lib/slipway/dashboards/application.json",
      },
      volumes: [
        "./monitoring/grafana/provisioning:/etc/grafana/provisioning:ro",
        "./monitoring/grafana/dashboards:/var/lib/slipway/dashboards:ro",
        "grafana:/var/lib/grafana",
      ],
      ports: [`127.0.0.1:${grafanaPort}:3000`],
    }),
    loki: watcher("loki", [LOGS], {
      command: ["-config.file=/etc/loki/loki.yaml"],
      volumes: ["./monitoring/loki.yaml:/etc/loki/loki.yaml:ro", "loki:/loki"],
    }),
    alloy: watcher("alloy", [LOGS], {
      command: ["run", "--storage.path=/var/lib/alloy/data", "/etc/alloy/config.alloy"],
      environment: { SLIPWAY_PROJECT: `\${${VARIABLES.project}}` },
      volumes: [
        "./monitoring/config.alloy:/etc/alloy/config.alloy:ro",
        // It asks the engine which containers there are, and for what they print.
        "/var/run/docker.sock:/var/run/docker.sock:ro",
        "alloy:/var/lib/alloy/data",
      ],
    }),
  };
}

/** Names of their volumes. */
export const WATCHING_VOLUMES = ["prometheus", "grafana", "loki", "alloy"] as const;

/** Their files: path beside the Compose file -> text. */
export function watchingFiles(args: Pick<ComposeArgs, "compose" | "workload">): Record<string, string> {
  const values: Record<string, string> = { hours: String(args.compose.monitoring.days * 24) };
  const texts = Object.entries(FILES).map(([template, file]) => [
    file,
    templateText("compose", template).replaceAll(/@(\w+)@/g, (whole, name: string) => values[name] ?? whole),
  ]);
  return {
    "monitoring/prometheus.yml": stringify(scraping(args)),
    ...(Object.fromEntries(texts) as Record<string, string>),
  };
}

/** What Prometheus reads, and how often. */
function scraping({ compose: { monitoring }, workload }: Pick<ComposeArgs, "compose" | "workload">): object {
  const job = (name: string, target: string, path = "/metrics"): object => ({
    job_name: name,
    metrics_path: path,
    static_configs: [{ targets: [target] }],
  });
  return {
    global: { scrape_interval: "15s" },
    scrape_configs: [
      job("application", `frontend:${PORT}`, monitoring.path),
      ...(workload.needs.broker ? [job("rabbitmq", "rmq:15692")] : []),
    ],
  };
}

function watcher(name: keyof typeof IMAGES, profiles: readonly string[], more: Service): Service {
  const args: ServiceArgs = { image: IMAGES[name], networks: ["default"], memory: 512, stopSeconds: 30, more };
  return { ...service(args), profiles: [...profiles] };
}
