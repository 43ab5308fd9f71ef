import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { coerce } from "semver";
import { packageRoot } from "../../components/package-root";

/** The version of the Pulumi CLI that is downloaded or built; the one that tools/go.mod pins. */
export const pulumiVersion = "3.259.0";

type Report = (message: string) => void;

/** Puts a Pulumi CLI at `<folder>/bin/pulumi`, or throws an error with the reason. */
export type Installer = (folder: string, report: Report) => Promise<void>;

const downloadTimeLimitMs = 10 * 60_000;
const goModule = "github.com/pulumi/pulumi";

/** In a process of its own, as the SDK's installer knows no time limit. */
const downloadScript = `
  const { PulumiCommand } = require("@pulumi/pulumi/automation");
  const { SemVer } = require("semver");
  const [version, root] = process.argv.slice(1);
  PulumiCommand.install({ version: new SemVer(version), root, skipVersionCheck: true }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });`;

/** Installs the official release. */
export const downloadPulumi: Installer = async (folder, report) => {
  report(`Downloading the Pulumi CLI ${pulumiVersion} ...`);
  const args = ["-e", downloadScript, pulumiVersion, folder];
  await run(process.execPath, args, { cwd: packageRoot, timeoutMs: downloadTimeLimitMs });
};

/** Builds the CLI from its Go module, for networks that reach a Go proxy but not the official download. */
export const buildPulumi: Installer = async (folder, report) => {
  await requireGo();
  const cwd = join(packageRoot, "tools");
  const command = `${goModule}/pkg/v3/cmd/pulumi`;
  report(`Building the Pulumi CLI ${pulumiVersion} with Go, once for this machine: about 3 minutes ...`);
  // Only what is not in Go's build cache is built, and named on stderr as it is.
  const list = ["list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", command];
  let downloads = 0;
  const stale = await go(list, cwd, (line) => {
    if (line.startsWith("go: downloading") && downloads++ % 100 === 0)
      report(`Downloading Go modules (${downloads}) ...`);
  });
  const total = stale.split("\n").filter((line) => line !== "").length;
  const flags = `-s -w -X ${goModule}/sdk/v3/go/common/version.Version=v${pulumiVersion}`;
  const output = join(folder, "bin", "pulumi");
  await go(["build", "-v", "-o", output, "-ldflags", flags, command], cwd, progress(total, report));
};

async function requireGo(): Promise<void> {
  const version = coerce(
    await run("go", ["env", "GOVERSION"], {}).catch(() => {
      throw new Error("Go is not installed");
    }),
  );
  // Since 1.21, Go fetches the toolchain that go.mod asks for by itself.
  if (version !== null && version.compare("1.21.0") < 0) throw new Error(`Go ${version.version} is too old`);
}

async function go(args: string[], cwd: string, onErrorLine: (line: string) => void): Promise<string> {
  const env = { GOFLAGS: "-mod=readonly", GOWORK: "off" };
  return run("go", args, { cwd, env, onErrorLine }).catch((error: unknown) => {
    throw new Error(`go ${args[0] ?? ""} failed: ${error instanceof Error ? error.message : String(error)}`);
  });
}

interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
  onErrorLine?: (line: string) => void;
}

/** Runs a command to its end; gives its standard output, or an error with the last lines of its error output. */
function run(command: string, args: string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: options.timeoutMs,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = Date.now();
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => (output += data));
    const errors: string[] = [];
    createInterface(child.stderr).on("line", (line) => {
      errors.push(line);
      options.onErrorLine?.(line);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      const reason =
        signal === null ? errors.slice(-5).join("\n") : `ended by ${signal} after ${Date.now() - started} ms`;
      reject(new Error(reason));
    });
  });
}

/** Reports every tenth of `total` lines. */
function progress(total: number, report: Report): () => void {
  let done = 0;
  let reported = 0;
  return () => {
    done += 1;
    const tenths = Math.floor((done / total) * 10);
    if (tenths <= reported) return;
    reported = tenths;
    report(
      tenths < 10 ? `Building the Pulumi CLI: ${tenths * 10} % of ${total} packages` : "Linking the Pulumi CLI ...",
    );
  };
}
