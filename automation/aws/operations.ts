/** What can be done with a stack on AWS, whatever runs it there. What asks AWS is loaded with the first question. */
import type { OpenStack } from "../engine/stack";
import type { StackPlace } from "../engine/project";
import { unlessStopped } from "../stopping";
import type { Explanation, LogOptions, ReleaseInfo, Status, TargetOperations } from "../target";
import type { Asking } from "./asking";
import { logStream } from "./log-stream";
import type { OpenSession } from "./session";

/** Something that is done with what a target has deployed. */
type Act<Deployed, T> = (deployed: Deployed) => Promise<T>;

/** Loads something and does it with what a stack has deployed. */
export type Ask<Deployed> = <T>(place: StackPlace, load: () => Promise<Act<Deployed, T>>) => Promise<T>;

/** How a target's own modules are loaded. */
interface Modules<Clients, Deployed> {
  deployed: () => Promise<Pick<Asking<Clients, Deployed>, "askAws" | "withClients">>;
  status: () => Promise<{ status: Act<Deployed, Status> }>;
  logs: () => Promise<{ logs: (deployed: Deployed, options: LogOptions) => AsyncIterable<string> }>;
  exec: () => Promise<{ openSession: (deployed: Deployed, command: readonly string[]) => Promise<OpenSession> }>;
  releases: () => Promise<{ releases: Act<Deployed, ReleaseInfo[]> }>;
  discover: () => Promise<{ discover: (place: StackPlace, aws: Clients) => Promise<Deployed | undefined> }>;
  rollout: () => Promise<{ explainFailure: Act<Deployed, Explanation | undefined> }>;
}

type Common = Required<Pick<TargetOperations, "status" | "logs" | "exec" | "releases" | "explain">>;

/** What every target on AWS does alike, and how it asks for what it does besides. */
export function operationsOnAws<Clients, Deployed>(
  load: Modules<Clients, Deployed>,
): { ask: Ask<Deployed>; common: Common } {
  const ask: Ask<Deployed> = async (place, loaded) => {
    const [{ askAws }, act] = await Promise.all([load.deployed(), loaded()]);
    return askAws(place, act);
  };
  const explain = async (open: OpenStack): Promise<Explanation | undefined> => {
    const modules = await Promise.all([load.deployed(), load.discover(), load.rollout()]);
    const [{ withClients }, { discover }, { explainFailure }] = modules;
    return withClients(open, async (aws) => {
      const found = await discover(open.place, aws);
      return found && explainFailure(found);
    });
  };
  const common: Common = {
    status: (place) => ask(place, async () => (await load.status()).status),
    logs: (place, options) =>
      logStream(place, (take) =>
        ask(place, async () => {
          const { logs } = await load.logs();
          return (deployed) => take(logs(deployed, options));
        }),
      ),
    exec: async (place, command, options) => {
      const { converse, requirePlugin } = await import("./session");
      requirePlugin();
      const opened = (): Promise<OpenSession> =>
        ask(place, async () => {
          const { openSession } = await load.exec();
          return (deployed) => openSession(deployed, command);
        });
      return converse(await unlessStopped(options.signal, opened), options);
    },
    releases: (place) => ask(place, async () => (await load.releases()).releases),
    explain,
  };
  return { ask, common };
}
