/** What a comment is made from: what each stack would become. As JSON it goes from a job without rights to one that may write. */
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { EXIT, SlipwayError, type ExitName } from "../errors";

/** Larger files are no reports. */
const LARGEST = 64 * 2 ** 20;

const kinds = Object.keys(EXIT) as [ExitName, ...ExitName[]];

const property = z.object({
  path: z.string(),
  kind: z.enum(["add", "update", "delete"]),
  replaces: z.boolean(),
  old: z.string().optional(),
  new: z.string().optional(),
});

/** One resource that changes. */
export const change = z.object({
  operation: z.string(),
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  properties: z.array(property),
});

const stackReport = z.object({
  stack: z.string(),
  /**
   * What the changes are counted from: what is really deployed; what the last rehearsal deployed, such as that of the branch
   * that a pull request goes to; or an account with nothing in it.
   */
  basis: z.enum(["deployed", "rehearsed", "nothing"]),
  /** Absent where the preview failed. */
  plan: z.object({ changes: z.array(change), unchanged: z.number(), drift: z.array(change) }).optional(),
  failure: z.object({ kind: z.enum(kinds), message: z.string(), mend: z.string().optional() }).optional(),
  /** About how long the rollout takes, where a rehearsal has counted it. */
  rolloutSeconds: z.number().optional(),
  /** What policies found. */
  policies: z.array(
    z.object({
      policy: z.string(),
      mandatory: z.boolean(),
      message: z.string(),
      resource: z.string().optional(),
    }),
  ),
});

/** What one stack would become. */
export type StackReport = z.infer<typeof stackReport>;
/** One resource of a report that changes. */
export type ReportedChange = z.infer<typeof change>;
/** One property of it. */
export type ReportedProperty = z.infer<typeof property>;

/** Reports from a file that `slipway comment --json` wrote. @throws SlipwayError (usage) for a file that is none */
export function readReports(file: string): StackReport[] {
  try {
    if (statSync(file).size > LARGEST) throw new Error(`it is larger than ${LARGEST} bytes`);
    return z.array(stackReport).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new SlipwayError(
      "usage",
      `${file} holds no reports of stacks: ${reason.slice(0, 500)}`,
      `slipway comment --json > ${file}`,
      { cause: error },
    );
  }
}
