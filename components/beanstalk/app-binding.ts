/** What the instances of an application are told: plain properties, secrets by reference, and what they may do. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../app";
import type { Binding } from "../binding";
import type { StoredSecret } from "../secrets";
import type { AppBinding } from "./args";

/** Variables that say which versions of secrets an environment was made with. */
const VERSIONS = "SLIPWAY_SECRETS_VERSION";

/**
 * Binds an application to what its stack provides.
 *
 * @param secrets environment variable -> the secret that it is read from
 * @param keepDatabase version of the release, where the database stays as it is
 */
export function bindInstances(
  { environment }: Workload,
  bindings: readonly Binding[],
  secrets: Readonly<Record<string, StoredSecret>>,
  keepDatabase: string | undefined,
): AppBinding {
  const stored = Object.entries(secrets);
  return {
    environment: {
      ...environment,
      // By its version: it is for this release alone, whatever is changed first, the release or this.
      ...(keepDatabase !== undefined && { SLIPWAY_KEEP_DATABASE: keepDatabase }),
      ...merged(bindings.map((binding) => binding.environment)),
      // Instances read a secret when they start, and its ARN stays the same: this is what starts them anew.
      [VERSIONS]: pulumi.all(stored.map(([, { version }]) => version)).apply(digestOf),
    },
    secrets: {
      ...merged(bindings.map((binding) => binding.secrets)),
      ...Object.fromEntries(stored.map(([name, { arn }]) => [name, arn])),
    },
    statements: bindings.flatMap(({ statements }) => statements),
  };
}

function merged(all: readonly Record<string, pulumi.Input<string>>[]): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(all.flatMap((one) => Object.entries(one)));
}

/** Short, as all properties together have 4096 characters. */
function digestOf(versions: readonly string[]): string {
  return createHash("sha256").update(versions.join("\n")).digest("hex").slice(0, 12);
}
