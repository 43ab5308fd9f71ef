/** Asking AWS about a stack, with what its config says under `aws:`. */
import { openDeployed, requireDeployed, type DeployedTarget } from "../deployed";
import { configOf } from "../engine/config-values";
import type { StackPlace } from "../engine/project";
import type { OpenStack } from "../engine/stack";
import type { Outputs } from "../target";
import { awsError } from "./errors";

/** Makes the clients of a target. */
type ClientsFor<Clients> = (config: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv) => Clients;

/**
 * Asks AWS with clients of its services, which are gone afterwards.
 *
 * @throws SlipwayError (config) without credentials; (failed) when AWS refuses
 */
export async function askWith<Clients extends object, T>(
  open: OpenStack,
  clientsFor: ClientsFor<Clients>,
  ask: (clients: Clients) => Promise<T>,
): Promise<T> {
  return askOnce(open.place, clientsFor(await configOf(open, "aws"), process.env), ask);
}

/** Ways to ask AWS about the stacks of one target. */
export interface Asking<Clients, Deployed> {
  /**
   * Asks about a stack.
   *
   * @throws SlipwayError (state) when it is not deployed there; (config) without credentials; (failed) when AWS refuses
   */
  askAws: <T>(place: StackPlace, ask: (deployed: Deployed) => Promise<T>) => Promise<T>;
  /** Asks about a stack whose outputs are known. @throws as `askAws` */
  askAwsOf: <T>(open: OpenStack, outputs: Outputs, ask: (deployed: Deployed) => Promise<T>) => Promise<T>;
  /** Asks about a stack of which nothing is known but its config. @throws as {@link askWith} */
  withClients: <T>(open: OpenStack, ask: (aws: Clients) => Promise<T>) => Promise<T>;
}

/**
 * Ways to ask about what a target has deployed.
 *
 * @param describe what a deployment is, by what it exports
 */
export function askingAbout<Clients extends object, Deployed>(
  target: DeployedTarget,
  clientsFor: ClientsFor<Clients>,
  describe: (place: StackPlace, aws: Clients, outputs: Outputs) => Deployed,
): Asking<Clients, Deployed> {
  const withClients: Asking<Clients, Deployed>["withClients"] = (open, ask) => askWith(open, clientsFor, ask);
  const askAwsOf: Asking<Clients, Deployed>["askAwsOf"] = async (open, outputs, ask) => {
    requireDeployed(open.place, target, outputs);
    return withClients(open, (aws) => ask(describe(open.place, aws, outputs)));
  };
  return {
    withClients,
    askAwsOf,
    askAws: async (place, ask) => {
      const { open, outputs } = await openDeployed(place, target);
      return askAwsOf(open, outputs, ask);
    },
  };
}

/** Asks AWS about a stack with clients that are there for this alone. @throws as {@link askWith} */
export async function askOnce<Clients extends object, T>(
  place: StackPlace,
  clients: Clients,
  ask: (clients: Clients) => Promise<T>,
): Promise<T> {
  try {
    return await ask(clients);
  } catch (error) {
    throw awsError(place, error);
  } finally {
    for (const client of Object.values(clients) as unknown[]) if (isClient(client)) client.destroy();
  }
}

function isClient(value: unknown): value is { destroy: () => void } {
  return typeof value === "object" && value !== null && "destroy" in value;
}
