/** A stack of one target without an engine: what it registers and exports, for any config. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkSettings, describeWorkload, type SettingsInput } from "../../../components";
import { TARGET_SERVERS, type Settings, type TargetName } from "../../../components/config";
import { packageRoot } from "../../../components/package-root";
import { AWS_ANSWERS, AWS_COMPUTED, AWS_NAMES } from "./aws-mocks";
import { graphText, registeredBy, type Registered } from "./resource-graph";

/** What a stack is made of. */
interface Given {
  settings: Settings;
  workload: Awaited<ReturnType<typeof describeWorkload>>;
  secrets: pulumi.Output<Record<string, string>>;
  folder: string;
}

export interface RegisteredStack {
  registered: Registered[];
  /** The same as text, without versions, folders, and what differs from account to account. */
  text: string;
  outputs: Record<string, unknown>;
}

/** @param make makes the stack; @returns what it exports */
export async function registerStack(
  target: TargetName,
  input: SettingsInput,
  make: (given: Given) => Record<string, unknown>,
  { computed = AWS_COMPUTED, answers = AWS_ANSWERS } = {},
): Promise<RegisteredStack> {
  const settings = checkSettings(input, { stack: "dev", available: [target] });
  const workload = await describeWorkload(settings, packageRoot, "dev", TARGET_SERVERS[target]);
  workload.release.commit = "abcdef0";
  const folder = mkdtempSync(path.join(tmpdir(), `slipway-${target}-`));
  const outputs: Record<string, unknown> = {};
  try {
    const registered = await registeredBy(
      () => {
        const exported = make({ settings, workload, secrets: pulumi.secret(settings.secrets), folder });
        for (const [name, value] of Object.entries(exported)) {
          (pulumi.output(value) as pulumi.Output<unknown>).apply((resolved) => (outputs[name] = resolved));
        }
      },
      computed,
      answers,
    );
    const names = { [workload.release.version]: "<version>", [folder]: "<folder>", [packageRoot]: "<checkout>" };
    return { registered, text: graphText(registered, { ...names, ...AWS_NAMES }), outputs };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
