/** The documents about stacks on this machine, done as they say. */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parseDocument } from "yaml";
import type { Backup, ReleaseInfo } from "../../automation";
import { EXIT } from "../../automation/errors";
import { findPulumi } from "../../automation/engine/pulumi-cli";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { endAll } from "../engine/support/process-table";
import type { Ended } from "../engine/support/running";
import { OperatedClouds } from "../rehearsal/support/operated-clouds";
import { commandsOf, examples } from "./support/documents";
import { FOLLOWED } from "./support/followed";
import { Reader, type Differences } from "./support/reader";

describe("the documents about this machine", function () {
  this.timeout(900_000);
  let clouds: OperatedClouds;
  let folder: string;
  let reader: Reader;
  let port: number;
  let changes = 0;
  /** What a command that asks a cloud is given besides: the backend that keeps what is there. */
  let inCloud: string;

  const well = ({ code, stdout, stderr }: Ended): string => {
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  };
  const slipway = async (words: string): Promise<string> => well(await reader.run(`slipway ${words}`));
  const olderRelease = async (): Promise<ReleaseInfo | undefined> =>
    (JSON.parse(await slipway("releases --json")) as ReleaseInfo[]).find(({ current }) => !current);
  /** Changes the application. */
  const edit = (): void => {
    writeFileSync(path.join(reader.home, "src", "shop", "shop", "new.txt"), `${++changes}`);
  };
  /** A stack file of the checkout, for this project. */
  const copyStack = (stack: string): void => {
    const file = `Pulumi.${stack}.yaml`;
    const document = parseDocument(readFileSync(path.join(packageRoot, file), "utf8"));
    document.setIn(["config", "slipway:app", "source"], path.join(packageRoot, "app-templates", "blog"));
    writeFileSync(path.join(folder, file), document.toString());
  };
  const file = (stack: string): string => path.join(folder, `Pulumi.${stack}.yaml`);

  before(async () => {
    clouds = await OperatedClouds.open([]);
    ({ folder } = clouds.account);
    const { PULUMI_BACKEND_URL: backend = "", ...environment } = clouds.environment;
    inCloud = `PULUMI_BACKEND_URL='${backend}'`;
    reader = new Reader(folder, { ...environment, API_TOKEN: "token" });
    reader.program("xdg-open", "exit 0");
    copyStack("prod");
    port = await freePort();
    await slipway("init ~/src/shop --stack dev");
    await slipway(`config set local '{port: ${port}, broker: {kind: embedded}}'`);
    await slipway("config set load '{seconds: 4, p95: 5000, slower: 1000}'");
    copyFileSync(file("dev"), file("dev.kept"));
    await slipway("up --yes");
  });

  after(async () => {
    await endAll(folder);
    await clouds.close();
  });

  const differences: Differences = {
    // What one block sets, or ends, is not what the next one starts from.
    before: async () => {
      copyFileSync(file("dev.kept"), file("dev"));
      rmSync(path.join(folder, "locustfile.py"), { force: true });
      const { code } = await reader.run("slipway status --exit-code");
      if (code !== 0) await slipway("up --yes");
    },
    instead: async (line) => {
      if (line.startsWith("slipway comment")) return `${inCloud} ${line}`;
      // It is for others to have Docker.
      if (/^slipway doctor .*(prod|--all)/.test(line)) return `${line} || [ $? = ${EXIT.tool} ]`;
      // Nobody answers at the address of a simulated cloud.
      if (line.startsWith("slipway load")) return line.replace("--stack prod", "--stack dev");
      // init takes the first port that no other stack has.
      if (line === "slipway up --stack shop-dev")
        await slipway(`config set local.port ${await freePort()} --stack shop-dev`);
      if (line === "slipway up") edit();
      if (line.startsWith("slipway promote")) {
        copyFileSync(file("dev"), file("other"));
        await slipway(`config set local.port ${await freePort()} --stack other`);
        return line.replace("dev prod", "dev other");
      }
      if (line.startsWith("slipway restore")) {
        const [newest] = JSON.parse(await slipway("backups --json")) as Backup[];
        const named = line.replace(/2026\w+/, newest?.id ?? "").replace("--from prod", "--from dev");
        return named.replace("--into ", `--into ${folder}/`);
      }
      if (!line.startsWith("slipway rollback")) return line;
      const older = (await olderRelease()) ?? (edit(), await slipway("up --yes"), await olderRelease());
      return line.replace("4d6c", older?.version.slice(0, 4) ?? "");
    },
    secret: () => "amqp://somebody:secret@127.0.0.1:1//",
  };

  for (const document of FOLLOWED.local) {
    it(document, async () => {
      for (const name of readdirSync(folder)) if (/^Pulumi\.shop.*\.yaml$/.test(name)) rmSync(path.join(folder, name));
      await reader.follow(document, differences);
    });
  }

  it("README.md, with a plain pulumi, which finds the same stack", async () => {
    await slipway("up --yes");
    const { command } = await findPulumi(() => undefined);
    const line = commandsOf("README.md").find((step) => step.line.startsWith("eval "))?.line ?? "false";
    const asked = [line, 'test -f "$SLIPWAY_CONFIG_FILE"', `"${command}" stack output release --stack dev`];
    const { outputs } = JSON.parse(await slipway("preview --json")) as { outputs: { release: string } };
    expect(well(await reader.run(asked.join("\n"))).trim()).to.equal(outputs.release);
    expect(statSync(path.join(folder, ".slipway")).mode & 0o077).to.equal(0);
  });

  it("docs/automation.md, by its first script", async () => {
    await slipway("up --yes");
    mkdirSync(path.join(folder, "node_modules"), { recursive: true });
    symlinkSync(packageRoot, path.join(folder, "node_modules", "slipway"));
    writeFileSync(path.join(folder, "example.mts"), examples()[0] ?? "");
    const loader = path.join(packageRoot, "node_modules", "tsx", "dist", "loader.mjs");
    const said = well(await reader.run(`"${process.execPath}" --import "${loader}" example.mts`));
    expect(said).to.contain(`no changes http://127.0.0.1:${port}\n`);
    expect(said).to.match(/^true (\S+ RUNNING, )+\S+ RUNNING$/m);
    expect(said).to.match(/^web-[01] \| /m);
  });
});
