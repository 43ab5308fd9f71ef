/** Asking AWS about a stack, with what its config says under `aws:`. */
import { configOf } from "../engine/config-values";
import type { StackPlace } from "../engine/project";
import type { OpenStack } from "../engine/stack";
import { awsError } from "./errors";

/** Makes the clients of a target. */
export type ClientsFor<Clients> = (config: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv) => Clients;

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
