/** What RabbitMQ is told, in a container and at Amazon MQ. */
import type { ContainerHost, ServiceArgs } from "../container";
import type { SecurityGroup } from "../network";
import type { StoredSecret } from "../secrets";
import type { InContainer } from "./args";

export const AMQP_PORT = 5672;
export const AMQPS_PORT = 5671;

/** User and group `rabbitmq` of the official image (docker-library/rabbitmq, Dockerfile-ubuntu.template). */
const UID = 999;
const DATA = "/var/lib/rabbitmq";
/**
 * Starts the server, and gives the user the password that the secret holds now: the image sets it in an empty folder
 * only, and a new one in the config would lock the application out.
 */
const START = `
user() {
  rabbitmqctl -q await_startup --timeout 600 &&
  if printf %s "$RABBITMQ_DEFAULT_PASS" | rabbitmqctl -q add_user "$RABBITMQ_DEFAULT_USER" 2>/dev/null; then
    rabbitmqctl -q set_permissions "$RABBITMQ_DEFAULT_USER" ".*" ".*" ".*"
  else
    printf %s "$RABBITMQ_DEFAULT_PASS" | rabbitmqctl -q change_password "$RABBITMQ_DEFAULT_USER"
  fi
}
user &
exec docker-entrypoint.sh rabbitmq-server`;
/** Seconds that a task may take once its ETA has come, at least: RabbitMQ's own default for a consumer in all. */
const RUNNING = 1800;

/**
 * Milliseconds after which RabbitMQ takes a message back from a consumer that has not acknowledged it, and closes the
 * channel. A task with an ETA lies unacknowledged in a worker until then, and while it runs.
 */
export function consumerTimeout(longestEta: number): number {
  return (longestEta + RUNNING) * 1000;
}

/**
 * RabbitMQ as a single container. Two nodes cannot share a folder, so the old one stops before the new one starts;
 * the name of the node is fixed, or the next container would not find the queues of the last one.
 */
export function containerArgs(
  { broker, host, longestEta }: InContainer,
  securityGroup: SecurityGroup,
  password: StoredSecret,
): ServiceArgs {
  return {
    host: lasting(host),
    image: `docker.io/library/rabbitmq:${broker.version}`,
    command: ["bash", "-c", START],
    cpu: broker.cpu,
    memory: broker.memory,
    port: AMQP_PORT,
    user: `${UID}:${UID}`,
    environment: {
      RABBITMQ_NODENAME: "rabbit@localhost",
      // Where the machine has a long name, the image would ask for a long one of the node.
      RABBITMQ_USE_LONGNAME: "false",
      RABBITMQ_DEFAULT_USER: broker.username,
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-rabbit consumer_timeout ${consumerTimeout(longestEta)}`,
      SLIPWAY_LOGIN_VERSION: password.version,
    },
    secrets: { RABBITMQ_DEFAULT_PASS: password.arn },
    healthCheck: {
      command: ["CMD", "rabbitmq-diagnostics", "-q", "check_running"],
      // The command starts a virtual machine of Erlang, which takes its time on a quarter of a processor.
      timeout: 45,
      interval: 60,
      retries: 3,
      startPeriod: 120,
    },
    storage: { path: DATA, uid: UID },
    stopTimeout: 60,
    count: { min: 1, max: 1 },
    deployment: { minimumHealthyPercent: 0, maximumPercent: 100 },
    discovery: "broker",
    securityGroup,
  };
}

/** Where the only node of a broker runs: not on a machine that may be taken away. */
function lasting(host: ContainerHost): ContainerHost {
  return host.capacity.kind === "fargate-spot" ? { ...host, capacityProvider: "FARGATE" } : host;
}
