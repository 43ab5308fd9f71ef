export type { StoredSecretArgs, StoredSecretChildren } from "./args";
export { randomPassword } from "./random-password";
export { StoredSecret } from "./stored-secret";
