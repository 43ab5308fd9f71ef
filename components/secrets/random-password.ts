import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** 24 bytes are 32 characters of base64url: 192 bits. */
const BYTES = 24;

/**
 * A random password of 32 letters, digits, hyphens and underscores, which need no escaping in a URL. It is another one
 * in every run: store it as a generated {@link StoredSecret} and use the text that is stored.
 */
export function randomPassword(): pulumi.Output<string> {
  return pulumi.secret(randomBytes(BYTES).toString("base64url"));
}
