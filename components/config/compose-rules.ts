/** What Docker would refuse of the files for Compose, said before they are written. */
import { setCommand, type Fault } from "./faults";
import type { Settings } from "./schema";

/** Two services cannot have the same port of the machine. */
export function composeFaults({ compose }: Settings, stack: string): Fault[] {
  const ports: [key: string, port: number][] = [
    ["compose.port", compose.port],
    ["compose.rabbitmq.port", compose.rabbitmq.port],
    ["compose.monitoring.prometheusPort", compose.monitoring.prometheusPort],
    ["compose.monitoring.grafanaPort", compose.monitoring.grafanaPort],
  ];
  return ports.flatMap(([key, port], index) => {
    const before = ports.slice(0, index).find(([, other]) => other === port);
    if (before === undefined) return [];
    return [
      {
        key,
        problem: `is the port of ${before[0]} too`,
        value: String(port),
        allowed: "a port of its own",
        mend: setCommand(key, stack, "<port>"),
      },
    ];
  });
}
