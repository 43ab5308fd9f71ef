import type { Model } from "../../model";
import { secret } from "./secret";
import { secretVersion } from "./secret-version";

/** Types of Secrets Manager. */
export const secretsmanager: readonly Model[] = [secret, secretVersion];
