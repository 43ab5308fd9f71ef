import { randomBytes, randomUUID } from "node:crypto";
import type { ResourceType } from "../resource";
import type { SecretInputs, SecretOutputs } from "../resources";
import * as rules from "../rules";

export const secret: ResourceType<SecretInputs, SecretOutputs> = {
  rules: { root: rules.root, bytes: rules.wholeNumber(16, 1024) },
  secrets: ["value"],
  replaces: ["bytes"],
  plan: () => ({}),
  id: () => `secret-${randomUUID()}`,
  create: async (inputs) => ({ ...inputs, value: randomBytes(inputs.bytes).toString("base64url") }),
  update: async (inputs, old) => ({ ...old.outputs, ...inputs }),
  read: async (kept) => kept,
  delete: async () => undefined,
};
