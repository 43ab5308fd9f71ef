/** Which resource types there are; each is loaded when first used. */
import type { AnyResourceType } from "./resource";

const types: Readonly<Record<string, () => Promise<unknown>>> = {
  "host:index:Secret": async () => (await import("./types/secret")).secret,
  "host:index:Release": async () => (await import("./types/release")).release,
  "host:index:Virtualenv": async () => (await import("./types/virtualenv")).virtualenv,
  "host:index:Supervisor": async () => (await import("./types/supervisor")).supervisor,
  "host:index:Broker": async () => (await import("./types/broker")).broker,
  "host:index:Preflight": async () => (await import("./types/preflight")).preflight,
  "host:index:Job": async () => (await import("./types/job")).job,
  "host:index:Program": async () => (await import("./types/program")).program,
};

/** @throws Error when the provider has no such type */
export async function resourceType(urn: string): Promise<AnyResourceType> {
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const load = types[token];
  if (load === undefined) {
    throw new Error(`The host provider has no resource type ${token}; it has ${Object.keys(types).join(", ")}.`);
  }
  // Inputs reach a type's functions only after its own rules have accepted them.
  return (await load()) as AnyResourceType;
}
