/** What is in the account before a rehearsal begins, read from a YAML file. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isObject } from "../protocol/values";
import type { Cloud, Site, Thing, Values } from "./model";

/** Something that is there already. */
export interface Given {
  /** Type token, such as `aws:ec2/vpc:Vpc`. */
  type: string;
  /** @default made up by the model */
  id?: string;
  /** Inputs that it was made from, by the names of the SDK. */
  inputs?: Values;
  /** What can be read of it besides, or is otherwise than the model would have it. */
  outputs?: Values;
}

const FORM = "a list of {type, id, inputs, outputs}, of which only type is needed";

/** Reads a file of things. @throws Error for a file that is not there or not of this form */
export function readGiven(file: string): Given[] {
  const entries = entriesOf(file);
  if (!Array.isArray(entries)) throw new Error(`${file} is not ${FORM}.`);
  return entries.map((entry: unknown, at) => {
    const keys = isObject(entry) ? Object.keys(entry) : [];
    const unknown = keys.find((key) => !["type", "id", "inputs", "outputs"].includes(key));
    if (!isObject(entry) || typeof entry["type"] !== "string" || unknown !== undefined) {
      throw new Error(`${file}: entry ${at + 1} is not of the form {type, id, inputs, outputs}.`);
    }
    return entry as unknown as Given;
  });
}

function entriesOf(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/**
 * A thing as the cloud has it.
 *
 * @throws Error for a type that nothing is known of, unless its id is given
 */
export function thingOf({ type, id, inputs = {}, outputs }: Given, clouds: readonly Cloud[], site: Site): Thing {
  const cloud = clouds.find(({ models }) => models.some((model) => model.type === type));
  const model = cloud?.models.find((each) => each.type === type);
  if (model === undefined && id === undefined) {
    throw new Error(`the rehearsal has no model of ${type}: what is there already of that type needs an id`);
  }
  const asked = { ...model?.defaults, ...inputs };
  const computed: Values = model?.computed(asked, site) ?? {};
  const settings = { region: site.region };
  const all: Values = { ...asked, ...cloud?.following?.(type, asked, settings), ...computed, ...outputs };
  const own = id ?? String(computed["id"]);
  return { type, id: own, inputs: asked, outputs: { ...all, id: own } };
}
