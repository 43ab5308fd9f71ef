/** Brokers on this machine that can be killed and started again with what they had. */
import { mkdirSync } from "node:fs";
import { brokerComplaint, brokerServers, type BrokerKind } from "../providers/host/brokers";
import { freePort } from "../providers/host/ports";
import { until } from "../test/engine/support/wait";
import { Background } from "../test/platforms/support/background";

export interface Broker {
  url: string;
  /** Ends it as a machine does that loses power, and starts it again on what it has on disk. */
  crash: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Starts a broker as a stack on this machine does.
 *
 * @param folder where its data goes
 * @param virtualenv of the product's own tools, which the embedded one is in
 * @returns undefined where it is not installed
 */
export async function startBroker(kind: BrokerKind, folder: string, virtualenv: string): Promise<Broker | undefined> {
  const { find, configure, url } = brokerServers[kind];
  const server = find(virtualenv);
  if (server === undefined) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [port, epmdPort, distributionPort] = [await freePort(), await freePort(), await freePort()];
  const settings = { password: "of-a-benchmark", port, epmdPort, distributionPort };
  const parts = await configure({ folder, server, settings });
  const start = ({ spec }: (typeof parts)[number]): Background =>
    new Background(spec.argv, { cwd: spec.cwd, env: spec.environment });
  const ready = (): Promise<void> =>
    until(`${kind} answers`, async () => (await brokerComplaint(kind, settings)) === undefined, 60);
  const running = parts.map(start);
  await ready();
  return {
    url: url(settings),
    crash: async () => {
      const last = parts.length - 1;
      await running[last]?.stop("SIGKILL");
      running.splice(last, 1, ...parts.slice(last).map(start));
      await ready();
    },
    stop: async () => {
      for (const part of running.toReversed()) await part.stop();
    },
  };
}
