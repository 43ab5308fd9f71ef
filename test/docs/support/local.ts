/** A project on this machine whose documents are done as they say. */
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parseDocument } from "yaml";
import type { Backup, ReleaseInfo } from "../../../automation";
import { EXIT } from "../../../automation/errors";
import { packageRoot } from "../../../components/package-root";
import { freePort } from "../../../providers/host/ports";
import { endAll } from "../../engine/support/process-table";
import type { Ended } from "../../engine/support/running";
import { OperatedClouds } from "../../rehearsal/support/operated-clouds";
import { Reader, type Differences } from "./reader";

export class LocalProject {
  private changes = 0;
  private readonly reader: Reader;

  private constructor(
    private readonly clouds: OperatedClouds,
    /** Where the stack dev serves. */
    readonly port: number,
  ) {
    this.reader = new Reader(this.folder, {
      ...clouds.environment,
      PULUMI_BACKEND_URL: undefined,
      API_TOKEN: "token",
    });
    this.reader.program("xdg-open", "exit 0");
  }

  /** A project with the stack dev, which serves, and prod. */
  static async open(): Promise<LocalProject> {
    const project = new LocalProject(await OperatedClouds.open([]), await freePort());
    project.copyStack("prod");
    await project.slipway("init ~/src/shop --stack dev");
    await project.slipway(`config set local '{port: ${project.port}, broker: {kind: embedded}}'`);
    await project.slipway("config set load '{seconds: 4, p95: 5000, slower: 1000}'");
    copyFileSync(project.file("dev"), project.file("dev.kept"));
    await project.slipway("up --yes");
    return project;
  }

  async close(): Promise<void> {
    await endAll(this.folder);
    await this.clouds.close();
  }

  get folder(): string {
    return this.clouds.account.folder;
  }

  /** Does what a document says. */
  async follow(document: string): Promise<void> {
    for (const name of readdirSync(this.folder))
      if (/^Pulumi\.shop.*\.yaml$/.test(name)) rmSync(path.join(this.folder, name));
    await this.reader.follow(document, this.differences);
  }

  /** @returns what a line of the shell that has to end well says */
  async said(line: string): Promise<string> {
    return well(await this.reader.run(line));
  }

  slipway(words: string): Promise<string> {
    return this.said(`slipway ${words}`);
  }

  private file(stack: string): string {
    return path.join(this.folder, `Pulumi.${stack}.yaml`);
  }

  /** A stack file of the checkout, for this project. */
  private copyStack(stack: string): void {
    const document = parseDocument(readFileSync(path.join(packageRoot, `Pulumi.${stack}.yaml`), "utf8"));
    document.setIn(["config", "slipway:app", "source"], path.join(packageRoot, "app-templates", "blog"));
    writeFileSync(this.file(stack), document.toString());
  }

  /** Changes the application. */
  private edit(): void {
    writeFileSync(path.join(this.reader.home, "src", "shop", "shop", "new.txt"), `${++this.changes}`);
  }

  private async olderRelease(): Promise<ReleaseInfo | undefined> {
    return (JSON.parse(await this.slipway("releases --json")) as ReleaseInfo[]).find(({ current }) => !current);
  }

  private readonly differences: Differences = {
    // What one block sets, or ends, is not what the next one starts from.
    before: async () => {
      copyFileSync(this.file("dev.kept"), this.file("dev"));
      rmSync(path.join(this.folder, "locustfile.py"), { force: true });
      const { code } = await this.reader.run("slipway status --exit-code");
      if (code !== 0) await this.slipway("up --yes");
    },
    instead: (line) => this.instead(line),
    secret: () => "amqp://somebody:secret@127.0.0.1:1//",
  };

  private async instead(line: string): Promise<string> {
    const [, command = ""] = /^slipway (\S+)/.exec(line) ?? [];
    // What a cloud is asked for is in the backend that keeps what is there.
    if (command === "comment")
      return `PULUMI_BACKEND_URL='${this.clouds.environment["PULUMI_BACKEND_URL"] ?? ""}' ${line}`;
    // It is for others to have Docker.
    if (/^slipway doctor .*(prod|--all)/.test(line)) return `${line} || [ $? = ${EXIT.tool} ]`;
    // Nobody answers at the address of a simulated cloud.
    if (command === "load") return line.replace("--stack prod", "--stack dev");
    // init takes the first port that no other stack has.
    if (line === "slipway up --stack shop-dev")
      await this.slipway(`config set local.port ${await freePort()} --stack shop-dev`);
    if (line === "slipway up") this.edit();
    if (command === "promote") return this.promotion(line);
    if (command === "restore") return this.restore(line);
    return command === "rollback" ? this.rollback(line) : line;
  }

  private async promotion(line: string): Promise<string> {
    copyFileSync(this.file("dev"), this.file("other"));
    await this.slipway(`config set local.port ${await freePort()} --stack other`);
    return line.replace("dev prod", "dev other");
  }

  private async restore(line: string): Promise<string> {
    const [newest] = JSON.parse(await this.slipway("backups --json")) as Backup[];
    const named = line.replace(/2026\w+/, newest?.id ?? "").replace("--from prod", "--from dev");
    return named.replace("--into ", `--into ${this.folder}/`);
  }

  private async rollback(line: string): Promise<string> {
    let older = await this.olderRelease();
    if (older === undefined) {
      this.edit();
      await this.slipway("up --yes");
      older = await this.olderRelease();
    }
    return line.replace("4d6c", older?.version.slice(0, 4) ?? "");
  }
}

function well({ code, stdout, stderr }: Ended): string {
  expect(code, stdout + stderr).to.equal(0);
  return stdout;
}
