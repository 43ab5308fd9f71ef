import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { up } from "../../automation";
import { packageRoot } from "../../components/package-root";
import { kill } from "./support/process-table";
import { Product } from "./support/product";
import type { Running } from "./support/running";
import { until } from "./support/wait";

/** Runs a command in a terminal of its own; what is typed is what comes on standard input. */
const TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

/** A package whose installation waits at the gate `install@one`. */
const BACKEND = `
import os, time, zipfile
from pathlib import Path

GATE = Path(__file__).parent.parent / "gates" / "install@one"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    while GATE.exists():
        Path(f"{GATE}.reached").write_text(str(os.getpid()))
        time.sleep(0.05)
    name = "slipway_slow-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory, name), "w") as wheel:
        info = "slipway_slow-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: slipway-slow\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
`;
const PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n';

interface Way {
  name: string;
  terminal?: boolean;
  interrupt: (up: Running, product: Product) => void;
  /** Exit code of the command line. */
  code: number | null;
  says: RegExp;
  /** True when a command of the release may outlive it until the next operation. */
  orphans?: boolean;
}

const WAYS: readonly Way[] = [
  {
    name: "Ctrl-C in a terminal",
    terminal: true,
    code: 130,
    says: /✖ Interrupted\./,
    interrupt: (up) => up.type("\x03"),
  },
  { name: "SIGINT to everything", code: 130, says: /✖ Interrupted\./, interrupt: (up) => up.signalGroup("SIGINT") },
  { name: "SIGTERM", code: 130, says: /✖ Interrupted\./, interrupt: (up) => up.signal("SIGTERM") },
  { name: "kill -9 of the command line", code: null, says: /\d unchanged\n/, interrupt: (up) => up.signal("SIGKILL") },
  // Not the last: the next up has to end what the provider could not.
  {
    name: "kill -9 of the provider",
    code: 4,
    says: /✖ .*product-/,
    orphans: true,
    interrupt: (_, product) => killAll(product, /host-provider\.js/),
  },
  {
    name: "kill -9 of the engine",
    code: 4,
    says: /✖ The Pulumi engine was ended by SIGKILL\./,
    interrupt: (_, product) => killAll(product, /\/pulumi .*\bup\b/),
  },
];

function killAll(product: Product, pattern: RegExp): void {
  const found = product.strays().filter(({ command }) => pattern.test(command));
  expect(found, `processes like ${pattern.source}`).not.to.deep.equal([]);
  for (const { pid } of found) kill(pid);
}

describe("an interrupted up", function () {
  this.timeout(240_000);
  let product: Product;

  before(async () => {
    product = await Product.make();
    const slow = path.join(product.folder, "slow");
    mkdirSync(slow);
    writeFileSync(path.join(slow, "backend.py"), BACKEND);
    writeFileSync(path.join(slow, "pyproject.toml"), PROJECT);
    product.write("requirements.txt", `slipway-slow @ file://${slow}\n${product.read("requirements.txt")}`);
  });

  after(() => product.dispose());

  /** Interrupts an up that stands at a gate, where only one that has coped with what came before can stand. */
  async function interrupt(way: Way, gate: string, version: string): Promise<void> {
    const options = way.terminal === true ? { wrap: ["python3", "-c", TERMINAL], input: null } : {};
    const up = product.start(["up", "--yes"], options);
    const early = await Promise.race([product.held(gate, version), up.ended]);
    expect(early, "it ended before it came to the gate").to.equal(undefined);
    way.interrupt(up, product);
    const { code, stdout, stderr } = await up.ended;
    expect(code, stdout + stderr).to.equal(way.code);
    expect(stdout + stderr).to.match(way.says);
    if (way.orphans !== true) expect(await product.lastingStrays()).to.deep.equal([]);
  }

  /** In this process, as a script has it: the limit is over when the up stands at its gate. */
  async function expire(gate: string): Promise<void> {
    const limit = new AbortController();
    const config = process.env["XDG_CONFIG_HOME"];
    process.env["XDG_CONFIG_HOME"] = product.environment.XDG_CONFIG_HOME;
    try {
      const failed = up({ stack: "dev", project: product.folder, signal: limit.signal }).catch((error) => error);
      expect(await Promise.race([product.held(gate, "one"), failed])).to.equal(undefined);
      limit.abort(new DOMException("It is over.", "TimeoutError"));
      expect(await failed).to.include({ kind: "timeout", exitCode: 124 });
    } finally {
      if (config === undefined) delete process.env["XDG_CONFIG_HOME"];
      else process.env["XDG_CONFIG_HOME"] = config;
    }
    expect(await product.lastingStrays()).to.deep.equal([]);
  }

  /** Nothing is held any more: the next up has to bring the stack to what was wanted all the time. */
  async function makeGood(version: string): Promise<void> {
    const { code, stderr } = await product.slipway("up", "--yes");
    expect(code, stderr).to.equal(0);
    expect(await product.serving()).to.equal(version);
    const { healthy, processes } = await product.status();
    expect(healthy, JSON.stringify(processes)).to.equal(true);
    expect(new Set(processes.flatMap(({ release }) => release ?? [])).size).to.equal(1);
    expect(await product.lastingStrays()).to.deep.equal([]);
    expect((await product.slipway("preview", "--exit-code")).code).to.equal(0);
  }

  for (const [gate, phase] of [
    ["install", "the packages are installed"],
    ["migrate", "the database is migrated"],
  ] as const) {
    describe(`while ${phase}`, () => {
      before(() => product.holdAt(gate, "one"));
      after(() => product.letGo(gate, "one"));

      for (const way of WAYS) {
        it(`by ${way.name} leaves nothing that the next one cannot cope with`, () => interrupt(way, gate, "one"));
      }

      it("by the time limit of a script leaves nothing that the next one cannot cope with", () => expire(gate));
    });
  }

  describe("while the processes are replaced", () => {
    before(() => makeGood("one"));

    // The two left out are the same to the processes of the stack as Ctrl-C is.
    const ways = WAYS.filter(({ name }) => !name.startsWith("SIG"));
    ways.forEach((way, index) => {
      it(`by ${way.name} leaves a stack that serves`, async () => {
        const version = `two${index}`;
        product.setVersion(version);
        product.holdAt("web-1", version);
        await interrupt(way, "web-1", version);
        product.letGo("web-1", version);
        await until("the stack serves", async () => (await product.serving()) !== undefined);
      });
    });

    it("is made good by the next one", () => makeGood(`two${ways.length - 1}`));

    it("at the end of its time says so by its exit code, and by the last of its events", async () => {
      const { code, stdout, stderr } = await product.slipway("up", "--yes", "--events", "--timeout", "0.5");
      expect(code, stderr).to.equal(124);
      const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as object;
      expect(last).to.include({ type: "result", ended: "timeout", exitCode: 124 });
      expect(stderr).to.match(/✖ Not finished within 0\.5 s\./);
    });

    it("goes on to its end when nobody reads what it says, or only late", async () => {
      const command = [process.execPath, path.join(packageRoot, "bin", "slipway.mjs"), "up", "--yes"];
      const words = [...command, "--events"];
      const readers = [
        { version: "unread", pipe: '"$@" | head -n 1', words },
        { version: "untold", pipe: '"$@" 2>&1 | head -n 1', words: command },
      ];
      for (const reader of readers) {
        product.setVersion(reader.version);
        const script = `set -o pipefail; ${reader.pipe}; exit \${PIPESTATUS[0]}`;
        const { code, stdout, stderr } = await product.run("bash", ["-c", script, "bash", ...reader.words]);
        expect([code, stdout.split("\n").length], stderr).to.deep.equal([0, 2]);
        expect(await product.serving()).to.equal(reader.version);
      }
      const late = await product.run("bash", ["-c", '"$@" | (sleep 3; cat)', "bash", ...words]);
      expect(late.stdout.trim().split("\n").at(-1)).to.match(/"type":"result".*"ended":"ok"/);
    });

    it("at once with another one is refused, as is a stop, and the other is unharmed", async () => {
      product.setVersion("three");
      product.holdAt("web-1", "three");
      const first = product.start(["up", "--yes"]);
      await product.held("web-1", "three");
      const others = [["up", "--yes"], ["destroy", "--yes"], ["stop"]].map((words) => product.slipway(...words));
      for (const { code, stderr } of await Promise.all(others)) {
        expect(code, stderr).to.equal(6);
        expect(stderr).to.match(/✖ Another (operation on stack dev is under way|deployment .* is working)/);
        expect(stderr).to.contain("wait");
      }
      product.letGo("web-1", "three");
      const { code, stderr } = await first.ended;
      expect(code, stderr).to.equal(0);
      expect(await product.serving()).to.equal("three");
      expect((await product.status()).healthy).to.equal(true);
    });
  });

  describe("is like a command in the release, which", () => {
    const BUSY =
      "trap 'echo told; exit 3' TERM; trap 'echo heard; exit 5' INT; echo begun; while :; do sleep 0.1; done";
    before(async () => {
      product.setVersion("three");
      await makeGood("three");
    });

    const exec = (...words: string[]): string[] => ["exec", ...words, "--", "sh", "-c", BUSY];

    it("is told at the end of its time, waited for, and said by the exit code", async () => {
      const { code, stdout, stderr } = await product.slipway(...exec("--timeout", "3"));
      expect([code, stdout], stderr).to.deep.equal([124, "begun\ntold\n"]);
      expect(stderr).to.match(/✖ Not finished within 3 s\./);
    });

    it("is told by SIGTERM too", async () => {
      const running = product.start(exec());
      await until("the command has begun", () => running.said.includes("begun"));
      running.signal("SIGTERM");
      const { code, stdout } = await running.ended;
      expect([code, stdout]).to.deep.equal([130, "begun\ntold\n"]);
    });

    it("hears of Ctrl-C in a terminal alone", async () => {
      const running = product.start(exec(), { wrap: ["python3", "-c", TERMINAL], input: null });
      await until("the command has begun", () => running.said.includes("begun"));
      running.type("\x03");
      const { code, stdout } = await running.ended;
      expect(code, stdout).to.equal(5);
      expect(stdout).to.match(/begun\r\n(\^C)?heard\r\n$/);
    });

    it("is ended as a migration at the end of its time, with no stray left", async () => {
      product.holdAt("migrate", "three");
      const migrating = product.start(["migrate", "--timeout", "5"]);
      await product.held("migrate", "three");
      const { code, stderr } = await migrating.ended;
      expect(code, stderr).to.equal(124);
      expect(await product.lastingStrays()).to.deep.equal([]);
      product.letGo("migrate", "three");
      const { code: again, stderr: said } = await product.slipway("migrate", "--timeout", "60");
      expect(again, said).to.equal(0);
    });
  });
});
