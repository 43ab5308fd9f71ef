/** What all services have in common. */
import type { Network, Service } from "./args";

/** How a service is made sure of. */
export interface Health {
  /** Words of a command, or one text for the container's shell. */
  test: readonly string[] | string;
  /** Seconds between two checks. @default 5 */
  interval?: number;
  /** Seconds that one may take. @default 5 */
  timeout?: number;
  /** Seconds in which it may fail at first. @default 60 */
  startPeriod?: number;
}

/** What differs between services that keep running. */
export interface ServiceArgs {
  image: string;
  networks: readonly Network[];
  /** MiB. */
  memory: number;
  /** Processors. */
  cpus?: number;
  /** Seconds between the request to stop and the kill. */
  stopSeconds: number;
  /** What must be healthy, or done, before it starts. */
  after?: readonly string[];
  health?: Health;
  /** False for what runs once. @default true */
  lasting?: boolean;
  /** Services that have to end well before it starts. */
  jobs?: readonly string[];
  more?: Service;
}

/** Of each container; the older file goes when the third is full. */
const LOGGING = { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } };

/** A service that comes back when it ends, gets no new rights, and keeps within its memory. */
export function service(args: ServiceArgs): Service {
  const { image, networks, memory, cpus, stopSeconds, health, after = [], jobs = [], lasting = true, more } = args;
  const conditions = [
    ...after.map((name) => [name, { condition: "service_healthy" }]),
    ...jobs.map((name) => [name, { condition: "service_completed_successfully" }]),
  ];
  return {
    image,
    ...more,
    ...(conditions.length > 0 && { depends_on: Object.fromEntries(conditions) as Service }),
    ...(health !== undefined && { healthcheck: healthCheck(health) }),
    ...(!lasting && { healthcheck: { disable: true } }),
    networks: [...networks],
    restart: lasting ? "unless-stopped" : "no",
    stop_grace_period: `${stopSeconds}s`,
    mem_limit: `${memory}m`,
    ...(cpus !== undefined && { cpus }),
    security_opt: ["no-new-privileges:true"],
    logging: LOGGING,
  };
}

function healthCheck({ test, interval = 5, timeout = 5, startPeriod = 60 }: Health): Service {
  return {
    test: typeof test === "string" ? ["CMD-SHELL", test] : ["CMD", ...test],
    interval: `${interval}s`,
    timeout: `${timeout}s`,
    retries: 3,
    start_period: `${startPeriod}s`,
  };
}
