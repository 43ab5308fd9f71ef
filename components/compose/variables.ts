/** What the Compose file leaves to the file of secrets beside it. */
import type { ComposeArgs } from "./args";

/** Variables of the file `.env` that Compose puts into the services. */
export const VARIABLES = {
  project: "COMPOSE_PROJECT_NAME",
  database: "SLIPWAY_DATABASE_PASSWORD",
  broker: "SLIPWAY_BROKER_PASSWORD",
  secretKey: "SLIPWAY_SECRET_KEY",
  grafana: "SLIPWAY_GRAFANA_PASSWORD",
} as const;

/** The variable that carries a secret of the application's own. */
export function ownSecret(name: string): string {
  return `SLIPWAY_SECRET_${name}`;
}

/** Variables whose values are made up where there are none yet. */
export function generatedVariables({ workload }: Pick<ComposeArgs, "workload">): string[] {
  const { database, broker, secretKey, grafana } = VARIABLES;
  return [database, ...(workload.needs.broker ? [broker] : []), secretKey, grafana];
}

/** How a value of the file names a variable; Compose refuses to start without it. */
export function reference(variable: string): string {
  return `\${${variable}:?run slipway render compose}`;
}

/** A text that Compose takes as it is. */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}
