/** `slipway config`: every key explained, and edited. */
import { isCancel, password } from "@clack/prompts";
import type { Command } from "commander";
import { pc } from "../terminal/colors";
import { explainKeys, stackFileSchema, type KeyRow } from "../../components/config/explain";
import { setCommand } from "../../components/config";
import { SlipwayError } from "../errors";
import { answer, stackCommand, stackOf, type StackFlags } from "../terminal/command";
import { tableText } from "../terminal/table";

/** Adds `config` and its parts. */
export function addConfigCommands(program: Command): void {
  const config = program
    .command("config")
    .summary("explain and edit the stack config")
    .description("Explain every config key, or edit one.");
  config
    .command("explain", { isDefault: true })
    .summary("explain every key")
    .argument("[prefix]", "only keys that start so, such as local")
    .option("--json", "print the result as JSON on standard output")
    .action((prefix: string | undefined, flags: StackFlags) => {
      const rows = explainKeys().filter(
        ({ key }) => prefix === undefined || key === prefix || key.startsWith(`${prefix}.`),
      );
      if (rows.length === 0)
        throw new SlipwayError("usage", `There is no config key ${prefix ?? ""}.`, "slipway config explain");
      answer(flags, rows, () => keyTable(rows));
    });
  config
    .command("schema")
    .summary("print the JSON Schema of a stack file, for editors")
    .action(() => {
      process.stdout.write(`${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
    });
  addSet(config);
  stackCommand(config, "rm", "remove a key")
    .argument("<key>", "such as local.port")
    .action(async (key: string, flags: StackFlags) => {
      const { removeConfig } = await import("../configuration");
      removeConfig({ stack: stackOf(flags), key });
      await tellFaults(stackOf(flags));
    });
  stackCommand(config, "check", "say what is wrong with a stack's config").action(async (flags: StackFlags) => {
    const { readSettings } = await import("../configuration");
    readSettings(stackOf(flags));
    answer(flags, { faults: [] }, () => `the config of stack ${stackOf(flags)} is in order`);
  });
}

function addSet(config: Command): void {
  stackCommand(config, "set", "set a key")
    .argument("<key>", "such as local.port")
    .argument("[value]", "value as YAML; a secret is asked for, or read from standard input")
    .option("--secret", "encrypt the value")
    .action(async (key: string, value: string | undefined, flags: StackFlags & { secret?: boolean }) => {
      const { setConfig, setSecretConfig } = await import("../configuration");
      const stack = stackOf(flags);
      if (flags.secret === true) {
        if (value !== undefined) {
          throw new SlipwayError(
            "usage",
            "A secret on the command line ends up in the shell's history.",
            setCommand(`secrets.${key}`, stack).replace("secrets.", ""),
          );
        }
        await setSecretConfig({ stack, key }, await readSecret(key), (message) => process.stderr.write(`${message}\n`));
      } else {
        if (value === undefined)
          throw new SlipwayError(
            "usage",
            `No value is given for ${key}.`,
            `slipway config set ${key} <value> --stack ${stack}`,
          );
        setConfig({ stack, key }, value);
      }
      await tellFaults(stack);
    });
}

/** A config that is being edited may be wrong for a while: faults are told, and are no failure. */
async function tellFaults(stack: string): Promise<void> {
  const { readSettings } = await import("../configuration");
  try {
    readSettings(stack);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function readSecret(key: string): Promise<string> {
  if (process.stdin.isTTY) {
    const typed = await password({ message: `Secret value of ${key}`, output: process.stderr });
    if (isCancel(typed)) throw new SlipwayError("declined", "Nothing was changed.");
    return typed;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
}

function keyTable(rows: readonly KeyRow[]): string {
  const cells = rows.map((row) => [row.key, row.type, row.required ? pc.yellow("required") : row.default, row.meaning]);
  return tableText(["key", "type", "default", "meaning"], cells, { widths: [30, 26, 20, 60] });
}
