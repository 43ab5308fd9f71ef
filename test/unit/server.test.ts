import { expect } from "chai";
import { checkSettings, ConfigError, type SettingsInput } from "../../components";
import { describeWorkload, type Workload } from "../../components/app";
import { buildArguments } from "../../components/image/dockerfile";
import { packageRoot } from "../../components/package-root";

type Server = NonNullable<SettingsInput["server"]>;
const input = (server: Server, targets: SettingsInput["targets"] = ["local"]): SettingsInput => ({
  app: { name: "shop", source: "test/apps/fixtures/own/module-app", entry: "app:app" },
  targets,
  server,
});
const options = { stack: "dev", available: ["local", "heroku", "ecs"] } as const;

function faultsOf(server: Server, targets?: SettingsInput["targets"]): string[] {
  try {
    checkSettings(input(server, targets), { ...options, available: [...options.available] });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ key, problem }) => `${key}: ${problem}`);
    throw error;
  }
  return [];
}

const workloadOf = (server: Server): Promise<Workload> =>
  describeWorkload(checkSettings(input(server), { ...options, available: [...options.available] }), packageRoot, "dev");

describe("the server", () => {
  it("is started by its own file, with what it needs from PyPI and Debian", async () => {
    const expected: [NonNullable<Server["kind"]>, string, string[]][] = [
      ["gevent", "gevent", []],
      ["tornado", "tornado", []],
      ["uwsgi", "pyuwsgi", []],
      ["nginx-uwsgi", "pyuwsgi", ["nginx"]],
      ["apache-uwsgi", "pyuwsgi", ["apache2"]],
    ];
    for (const [kind, requirement, debian] of expected) {
      const workload = await workloadOf({ kind });
      const [web] = workload.processes;
      expect(web?.command, kind).to.deep.equal(["python", `.slipway/serve_${kind}.py`]);
      expect(workload.release.files, kind).to.include.keys(`.slipway/serve_${kind}.py`, ".slipway/slipway_settings.py");
      expect(workload.release.requirements, kind).to.match(new RegExp(`^${requirement}==`, "m"));
      expect(buildArguments("web", workload, "base")["RUN_PACKAGES"], kind).to.equal(debian.join(" "));
    }
  });

  it("is told what the config says", async () => {
    const { environment } = await workloadOf({
      kind: "tornado",
      processes: 4,
      threads: 3,
      timeout: 60,
      maxBody: 7,
      static: false,
      trustedProxies: ["private", "203.0.113.0/24", "2001:db8::/32"],
    });
    expect(environment).to.include({
      SLIPWAY_PROCESSES: "4",
      SLIPWAY_THREADS: "3",
      SLIPWAY_TIMEOUT: "60",
      SLIPWAY_MAX_BODY: "7",
      SLIPWAY_STATIC: "0",
      SLIPWAY_TRUSTED: "private,203.0.113.0/24,2001:db8::/32",
    });
    expect((await workloadOf({ kind: "gevent" })).environment).not.to.have.any.keys(
      "SLIPWAY_THREADS",
      "SLIPWAY_TRUSTED",
    );
  });

  it("trusts networks and nothing else", () => {
    for (const network of ["10.0.0.1", "10.0.0.0/33", "2001:db8::/129", "anybody", "10.0.0.0/8;"]) {
      expect(faultsOf({ trustedProxies: [network] }), network).to.have.length(1);
    }
    expect(faultsOf({ trustedProxies: ["0.0.0.0/0"] })).to.deep.equal([]);
  });

  it("is one that the target can run", () => {
    const kinds = ["nginx-uwsgi", "apache-uwsgi"] as const;
    for (const kind of kinds) {
      expect(faultsOf({ kind }, ["heroku"])).to.deep.equal([
        "server.kind: does not run on the target heroku: a dyno has neither nginx nor Apache",
      ]);
      expect(faultsOf({ kind }, ["local", "ecs"])).to.deep.equal([]);
    }
    expect(faultsOf({ kind: "uwsgi" }, ["heroku"])).to.deep.equal([]);
  });
});
