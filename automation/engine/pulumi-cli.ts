import { renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { withLock } from "../../tools/lock.mjs";
import { fittingVersions, isExecutable, pulumiCache, verifiedCommand } from "./pulumi-binary";
import { buildPulumi, downloadPulumi, pulumiVersion, type Installer } from "./pulumi-install";

type Report = (message: string) => void;

const installers: Record<string, Installer> = { download: downloadPulumi, build: buildPulumi };

/**
 * Finds the Pulumi CLI, or gets one: named by SLIPWAY_PULUMI, on PATH, kept from an earlier run, downloaded, built.
 * One that was seen before costs no process.
 *
 * @param report - is told why something found does not fit, and what is installed
 * @param ways - ways to get a CLI, tried in order
 * @throws Error with each attempt, its reason, and what to install
 */
export async function findPulumi(report: Report, ways = installers): Promise<PulumiCommand> {
  const named = process.env["SLIPWAY_PULUMI"];
  if (named) {
    return verifiedCommand(named).catch((error: unknown) => {
      throw new Error(`SLIPWAY_PULUMI: ${messageOf(error)}. Name a Pulumi CLI ${fittingVersions}, or unset it.`);
    });
  }
  const attempts = new Attempts(report);
  const folder = join(pulumiCache(), pulumiVersion);
  return (
    (await attempts.try("PATH", findOnPath())) ??
    (await attempts.try("cache", findIn(folder))) ??
    withLock(`${folder}.lock`, () => getInto(folder, attempts, ways, report), report)
  );
}

/** What was tried, and why it failed. */
class Attempts {
  readonly failures: string[] = [];

  constructor(private readonly report: Report) {}

  /** The command of `file` if there is such a file and it fits. */
  async try(name: string, file: string | undefined): Promise<PulumiCommand | undefined> {
    try {
      if (file !== undefined) return await verifiedCommand(file);
      this.failures.push(`${name}: none there`);
    } catch (error) {
      this.failed(name, error);
    }
    return undefined;
  }

  failed(name: string, error: unknown): void {
    this.failures.push(`${name}: ${messageOf(error)}`);
    this.report(`Pulumi CLI, ${name}: ${messageOf(error)}`);
  }
}

async function getInto(
  folder: string,
  attempts: Attempts,
  ways: Record<string, Installer>,
  report: Report,
): Promise<PulumiCommand> {
  // Another process may have got it while this one waited for the lock.
  const file = findIn(folder);
  if (file !== undefined) {
    const command = await verifiedCommand(file).catch(() => undefined);
    if (command) return command;
  }
  for (const [name, install] of Object.entries(ways)) {
    const temporary = `${folder}.new`;
    try {
      rmSync(temporary, { recursive: true, force: true });
      await install(temporary, report);
      rmSync(folder, { recursive: true, force: true });
      renameSync(temporary, folder);
      return await verifiedCommand(join(folder, "bin", "pulumi"));
    } catch (error) {
      attempts.failed(name, error);
      rmSync(temporary, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new Error(
    `There is no Pulumi CLI ${fittingVersions} on this machine, and none could be had:\n` +
      attempts.failures.map((failure) => `  - ${failure}\n`).join("") +
      "Install the Pulumi CLI (https://www.pulumi.com/docs/install/), or Go 1.21 or newer (https://go.dev/dl/) so that " +
      "Slipway can build it, or set SLIPWAY_PULUMI to the path of a CLI. Then run the same command again.",
  );
}

function findOnPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, "pulumi")).find(isExecutable);
}

function findIn(folder: string): string | undefined {
  return [join(folder, "bin", "pulumi")].find(isExecutable);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
