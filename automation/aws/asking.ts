/** Asking AWS about a stack, with what its config says under `aws:`. */
import { configOf } from "../engine/config-values";
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
  const clients = clientsFor(await configOf(open, "aws"), process.env);
  try {
    return await ask(clients);
  } catch (error) {
    throw awsError(open.place, error);
  } finally {
    for (const client of Object.values(clients) as unknown[]) if (isClient(client)) client.destroy();
  }
}

function isClient(value: unknown): value is { destroy: () => void } {
  return typeof value === "object" && value !== null && "destroy" in value;
}
