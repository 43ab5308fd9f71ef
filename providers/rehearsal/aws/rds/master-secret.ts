/** The secret that RDS makes for a master user's password, and takes away with the instance. */
import type { Site, Thing, Values } from "../../model";
import { freshUuid } from "../documents";
import { regionalArn, textAt, textsAt } from "../read";

const SECRET = "aws:secretsmanager/secret:Secret";
const SOURCE = "owningInstance";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** What `masterUserSecrets` says: the secret that is there already, a new one, or none. */
export function masterUserSecrets(inputs: Values, old: Thing | undefined, site: Site): Values[] {
  if (inputs["manageMasterUserPassword"] !== true) return [];
  const kept = old?.outputs["masterUserSecrets"];
  if (Array.isArray(kept) && kept.length > 0) return kept as Values[];
  const name = `rds!db-${freshUuid(site)}`;
  const kmsKeyId = textAt(inputs, "masterUserSecretKmsKeyId") ?? regionalArn(site, "kms", `key/${freshUuid(site)}`);
  const secretArn = regionalArn(site, "secretsmanager", `secret:${name}-${site.fresh(6, ALPHABET)}`);
  return [{ kmsKeyId, secretArn, secretStatus: "active" }];
}

/** Makes the secrets of an instance what its outputs say. */
export function syncMasterSecret(instance: Thing, site: Site): void {
  const wanted = textsAt(instance.outputs, "masterUserSecrets.secretArn");
  const there = secretsOf(instance, site);
  there.filter(({ id }) => !wanted.includes(id)).forEach((secret) => site.remove(secret));
  for (const arn of wanted.filter((arn) => !there.some(({ id }) => id === arn))) {
    const name = arn.slice(arn.indexOf(":secret:") + ":secret:".length, -7);
    const description = `The secret associated with the primary RDS DB instance: ${String(instance.outputs["arn"])}`;
    const outputs = { id: arn, arn, name, description, [SOURCE]: instance.id };
    site.add({ type: SECRET, id: arn, inputs: {}, outputs });
  }
}

/** Takes the secrets of an instance away, at once: there is no recovery window for them. */
export function removeMasterSecret(instance: Thing, site: Site): void {
  secretsOf(instance, site).forEach((secret) => site.remove(secret));
}

function secretsOf(instance: Thing, site: Site): Thing[] {
  return site.all(SECRET).filter(({ outputs }) => outputs[SOURCE] === instance.id);
}
