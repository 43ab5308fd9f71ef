/** The command that scans images. */
import type { Command } from "commander";
import { EXIT } from "../errors";
import type { ScanOptions } from "../scan";
import { pc } from "../terminal/colors";
import { answer } from "../terminal/command";

/** Adds `scan`. */
export function addScanCommand(program: Command): void {
  program
    .command("scan")
    .summary("list what is in the images of a registry, and what is known against it")
    .description("List what is in the newest image of each repository with Syft, and look it up with Grype.")
    .requiredOption("--registry <host:port>", "registry without TLS, such as that of rehearse --real docker")
    .option("--output <folder>", "folder that a list of contents is written to for each image", "sbom")
    .option("--fail-on <severity>", "least severity of a flaw with a remedy that an image fails with", "critical")
    .option("--json", "print the result as JSON on standard output")
    .action(async ({ json, ...options }: ScanOptions & { json?: boolean }) => {
      const { scanImages } = await import("../scan");
      const scanned = await scanImages(options);
      answer({ json: json === true }, scanned, () =>
        scanned
          .map(({ image, sbom, passed }) => `${passed ? pc.green("✔") : pc.red("✖")} ${image}, listed in ${sbom}`)
          .join("\n"),
      );
      if (scanned.some(({ passed }) => !passed)) process.exitCode = EXIT.limits;
    });
}
