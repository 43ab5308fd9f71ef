/** A load test as text. */
import type { Limit, LoadReport } from "../load/report";
import { pc } from "./colors";
import { tableText } from "./table";

const LIMITS: Readonly<Record<Limit["name"], (limit: Limit) => string>> = {
  p95: ({ found, allowed }) => `95 % of the answers within ${found} ms, ${allowed} allowed`,
  failures: ({ found, allowed }) => `${found} % of the requests failed, ${allowed} % allowed`,
  throughput: ({ found, allowed }) => `${found} requests a second, ${allowed} wanted`,
  slower: ({ found, allowed }) =>
    `${Math.abs(found)} % ${found < 0 ? "quicker" : "slower"} than the run before, ${allowed} % slower allowed`,
};

/** What was found, by kind of request and by limit. */
export function loadText(report: LoadReport): string {
  const rows = report.endpoints.map(({ method, name, requests, failures, p95 }) => [
    `${method} ${name}`,
    String(requests),
    failures === 0 ? "0" : pc.red(String(failures)),
    String(p95),
  ]);
  const limits = report.limits.map((limit) => {
    const sign = limit.kept ? pc.green("✔") : pc.red("✖");
    return `${sign} ${LIMITS[limit.name](limit)}`;
  });
  const { p50, p95, p99, requests, throughput } = report;
  return [
    tableText(["request", "answers", "failed", "95 % within ms"], rows),
    `${requests} requests, ${throughput} a second; 50 % within ${p50} ms, 95 % within ${p95} ms, 99 % within ${p99} ms`,
    ...limits,
    `report: ${report.html}`,
  ].join("\n");
}
