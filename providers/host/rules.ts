/** Rules for inputs that several resource types share. */
import * as z from "zod/mini";
import type { Rule } from "./resource";

export const text: Rule = { schema: z.string().check(z.minLength(1)), allowed: "a text that is not empty" };

export const anyText: Rule = { schema: z.string(), allowed: "a text" };

export const optionalText: Rule = { schema: z.optional(text.schema), allowed: text.allowed };

export const folder: Rule = { schema: z.string().check(z.regex(/^\/[^\0\n]*$/)), allowed: "an absolute path" };

export const optionalFolder: Rule = { schema: z.optional(folder.schema), allowed: folder.allowed };

/** Supervisor reads the folder's path as a pattern, and a blank with ; or # as the start of a comment. */
export const root: Rule = {
  schema: z.string().check(z.regex(/^\/(?!.*\s[;#])[^\0\n*?[\]]*[^\0\n*?[\]/]$/)),
  allowed: "an absolute path, no slash at its end, without * ? [ ] and without ; or # after a blank: move the checkout",
};

export const name: Rule = {
  schema: z.string().check(z.regex(/^[a-z][a-z0-9_]*$/)),
  allowed: "small letters, digits and underscores, a letter first",
};

/** A version is the name of a folder. */
export const version: Rule = {
  schema: z.string().check(z.regex(/^\w[\w.-]{0,99}$/)),
  allowed: "up to 100 letters, digits, dots, dashes and underscores",
};

export const flag: Rule = { schema: z.boolean(), allowed: "true or false" };

export const texts: Rule = { schema: z.record(z.string(), z.string()), allowed: "an object of texts" };

export const words: Rule = {
  schema: z.array(z.string()).check(z.minLength(1)),
  allowed: "a command and its words, at least one",
};

export const commands: Rule = { schema: z.array(words.schema), allowed: "a list of commands, each a list of words" };

export const probe: Rule = {
  schema: z.strictObject({ command: z.array(z.string()), path: z.string().check(z.regex(/^\//)) }),
  allowed: "{ command, path } with a list of words, empty for none, and a path that begins with a slash",
};

export const seconds: Rule = {
  schema: z.number().check(z.minimum(1), z.maximum(86400)),
  allowed: "seconds from 1 to 86400",
};

export function wholeNumber(from: number, to: number): Rule {
  const schema = z.number().check(z.multipleOf(1), z.minimum(from), z.maximum(to));
  return { schema, allowed: `a whole number from ${from} to ${to}` };
}

export const listen: Rule = {
  schema: z.optional(
    z.strictObject({
      host: z.string().check(z.regex(/^(127(\.\d{1,3}){3}|localhost)$/)),
      port: z.number().check(z.multipleOf(1), z.minimum(1), z.maximum(65535)),
    }),
  ),
  allowed: "{ host, port } with a loopback address such as 127.0.0.1 and a port from 1 to 65535",
};

export const ready: Rule = {
  schema: z.optional(z.strictObject({ http: z.optional(z.string()), heartbeat: z.optional(z.string()) })),
  allowed: "{ http, heartbeat }: a URL or path, a file, or both",
};

/** The inputs of everything that runs a command of a release. */
export const releaseCommand = { root, version, release: folder, virtualenv: folder, environment: texts };

export const brokerKind: Rule = {
  schema: z.enum(["auto", "embedded", "redis", "rabbitmq"]),
  allowed: "auto, embedded, redis or rabbitmq (`slipway config set local.broker.kind <kind>`)",
};
