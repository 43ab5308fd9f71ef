import type { SecretArgs } from "@pulumi/aws/secretsmanager/secret";
import type { SecretVersionArgs } from "@pulumi/aws/secretsmanager/secretVersion";
import type * as pulumi from "@pulumi/pulumi";
import type { Transforms } from "../component";

/** Children of a stored secret, by role. */
export interface StoredSecretChildren {
  secret: SecretArgs;
  version: SecretVersionArgs;
}

/** Arguments of a {@link StoredSecret}. */
export interface StoredSecretArgs {
  /** The text; it never leaves Pulumi's state unencrypted. */
  value: pulumi.Input<string>;
  /** What it is for, in plain words; not secret. */
  description: string;
  /** True for a text that is made anew in every run, such as a random password: the first one stays. @default false */
  generated?: boolean;
  /** Days in which a deleted secret can be restored: 0, or 7 to 30. @default 7 */
  recoveryDays?: number;
  /** Changes a child before it is made. */
  transform?: Transforms<StoredSecretChildren>;
}
