/** What the images hold and what they leave out, and that what is left out is not missed. */
import { expect } from "chai";
import { placeCommand } from "../../components/app";
import { DATA_FOLDER } from "../../components/image";
import { until } from "../engine/support/wait";
import { startSqs, type Queues } from "../platforms/support/queues";
import type { Engine } from "../support/docker/engine";
import { sharedEngine, skipReason } from "../support/docker/shared";
import { Shipped } from "./support/apps";
import { Container } from "./support/container";

const skipped = skipReason();
/** Modules that can be found, of those named. */
const FIND = "import importlib.util as u, sys; print(*filter(u.find_spec, sys.argv[1:]))";
const SERVICES =
  "import botocore, pathlib as p; print(*sorted(x.name for x in (p.Path(botocore.__file__).parent / 'data').iterdir() if x.is_dir()))";
const SEND = "import slipway_entry; slipway_entry.load_celery().send_task('blog.heartbeat')";

describe(`images: what they hold${skipped}`, function () {
  this.timeout(400_000);
  let engine: Engine;
  let blog: Shipped;

  before(async function () {
    if (skipped !== "") return this.skip();
    engine = await sharedEngine();
    const app = { name: "blog", source: "app-templates/blog", entry: "webapp:create_app", live: "/health/live" };
    blog = new Shipped(engine, { ...app, celery: "celery_runner:celery" });
    await blog.build("web", "held-web");
    await blog.build("worker", "held-worker");
  });

  async function print(image: string, ...words: string[]): Promise<string> {
    const { stdout } = await engine.docker("run", "--rm", "--entrypoint", "python", image, "-c", ...words);
    return stdout.trim();
  }

  it("what Slipway adds and the role has no use for is left out", async () => {
    const asked = ["flask", "boto3", "pycurl", "pyuwsgi", "pip", "setuptools", "pkg_resources"];
    expect(await print("held-web", FIND, ...asked)).to.equal("flask boto3 pyuwsgi");
    expect(await print("held-worker", FIND, ...asked)).to.equal("flask boto3 pycurl");
    for (const image of ["held-web", "held-worker"])
      expect(await print(image, SERVICES)).to.equal("sqs sso sso-oidc sts");
  });

  it("no library has what only debuggers read", async () => {
    const search = ["grep", "--recursive", "--files-with-matches", "--include=*.so*", "--fixed-strings"];
    for (const image of ["held-web", "held-worker"]) {
      const find = (text: string): Promise<string> =>
        engine
          .docker("run", "--rm", "--entrypoint", "sh", image, "-c", `${search.join(" ")} ${text} /opt/venv || true`)
          .then(({ stdout }) => stdout);
      expect(await find(".symtab")).to.equal("");
      expect(await find(".dynsym"), "the search finds what is there").to.contain("sqlalchemy");
    }
  });

  describe("with SQS", () => {
    let queues: Queues;
    const started: Container[] = [];

    before(async () => {
      queues = await startSqs();
    });
    after(async () => {
      for (const container of started) await container.remove();
      await queues.stop();
    });

    it("a web container sends a task, and a worker's does it", async () => {
      const { environment, processes } = await blog.workload();
      const variables = {
        ...{ ...environment, ...queues.variables, SECRET_KEY: "none", DB_URI: "sqlite:////tmp/app.db" },
        ...{ CELERY_BROKER_URL: "sqs://", SLIPWAY_SQS_REGION: "eu-central-1", SLIPWAY_SQS_VISIBILITY: "3600" },
      };
      const run = async (image: string, command: readonly string[]): Promise<Container> => {
        const container = await Container.start(engine, image, variables, ["--network", "host"], command);
        started.push(container);
        return container;
      };
      const words = processes.find(({ role }) => role === "worker")?.command ?? [];
      const worker = await run("held-worker", placeCommand(words, DATA_FOLDER));
      await worker.healthy();
      await worker.exec("flask", "db", "upgrade");
      const web = await run("held-web", ["python", "-c", `import sys; sys.path.insert(0, '.slipway'); ${SEND}`]);
      await until("the task is sent", async () => !(await web.state()).Running, 30);
      expect((await web.state()).ExitCode, await web.logs()).to.equal(0);
      await until("the task is done", async () => /blog\.heartbeat.*succeeded/.test(await worker.logs()), 30).catch(
        async (error: unknown) => {
          throw new Error(`${String(error)}\n${await worker.logs()}`);
        },
      );
      expect((await worker.stop(20)).code).to.equal(0);
    });
  });
});
