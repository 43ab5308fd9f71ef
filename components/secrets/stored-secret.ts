import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { StoredSecretArgs, StoredSecretChildren } from "./args";

const RECOVERY_DAYS = 7;

/**
 * A text in AWS Secrets Manager, encrypted with the account's key for it.
 *
 * @example
 * ```ts
 * const key = new StoredSecret("shop-signing", { value: randomPassword(), generated: true, description: "Signing key" });
 * const binding = { secrets: { SECRET_KEY: key.arn } };
 * ```
 */
export class StoredSecret extends Component<StoredSecretChildren> {
  /** ARN of the secret, which stays the same when the text changes. */
  readonly arn: pulumi.Output<string>;
  /** Id of the text's version: changes when the text does, and says nothing about it. */
  readonly version: pulumi.Output<string>;
  /** The text as it is stored; secret. */
  readonly text: pulumi.Output<string>;
  /** What must be there before the text can be read. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: StoredSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secrets:StoredSecret", name, args.transform, opts);
    const { value, description, generated = false, recoveryDays = RECOVERY_DAYS } = args;
    const secret = new Secret(...this.child("secret", { description, recoveryWindowInDays: recoveryDays }));
    const version = new SecretVersion(
      ...this.child(
        "version",
        { secretId: secret.id, secretString: pulumi.secret(value) },
        generated ? { ignoreChanges: ["secretString"] } : {},
      ),
    );
    this.arn = secret.arn;
    this.version = version.versionId;
    this.text = pulumi.secret(version.secretString.apply((text) => text ?? ""));
    this.ready = version;
    this.registerOutputs({ arn: this.arn });
  }
}
