/** What `slipway doctor` asks of accounts and of this machine, against servers on loopback and programs on the PATH. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { CREDENTIALS } from "../../automation/doctor/credentials";
import { MACHINES } from "../../automation/doctor/machines";
import { SECRETS } from "../../automation/doctor/secrets";
import { SUPPORT } from "../../automation/doctor/support";
import type { Patient } from "../../automation/doctor/patient";
import { TOOLS } from "../../automation/doctor/tools";
import { awsConfig } from "../support/simulated-aws";
import { serviceOf, SimulatedShop } from "../support/simulated-shop";
import { found, patient, resource } from "./support/patient";

const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";

describe("slipway doctor asks", () => {
  describe("Heroku", () => {
    let server: http.Server;
    let answer: { status: number; body: object };
    let asked: http.IncomingMessage | undefined;
    let url = "";

    before(async () => {
      server = http.createServer((request, response) => {
        asked = request;
        response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(answer.body));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());

    const look = (config: Record<string, string>) => found(CREDENTIALS, patient({ targets: ["heroku"], config }));

    it("whose key it is", async () => {
      answer = { status: 200, body: { email: "ann@example.com", verified: true } };
      const [finding] = await look({ "heroku:apiKey": "key-canary", "heroku:url": url });
      expect(finding).to.deep.include({ state: "ok", found: "ann@example.com" });
      expect([asked?.method, asked?.url, asked?.headers.authorization]).to.deep.equal([
        "GET",
        "/account",
        "Bearer key-canary",
      ]);
    });

    it("and finds a key that is not taken, and an account that cannot pay", async () => {
      answer = { status: 401, body: { id: "unauthorized", message: "Invalid credentials provided." } };
      const [refused] = await look({ "heroku:apiKey": "key-canary", "heroku:url": url });
      expect(refused).to.deep.include({ state: "fail", mend: "export HEROKU_API_KEY=…, or `heroku login`" });
      expect(refused?.found).to.contain("Invalid credentials provided.").and.not.to.contain("canary");
      answer = { status: 200, body: { email: "ann@example.com", verified: false } };
      expect((await look({ "heroku:apiKey": "k", "heroku:url": url }))[0]?.state).to.equal("warn");
    });
  });

  describe("AWS", () => {
    let shop: SimulatedShop;
    beforeEach(async () => {
      shop = await SimulatedShop.start();
    });
    afterEach(() => shop.stop());

    const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-secrets-AbCdEf";
    const xml = (call: string, body: string): string =>
      `<${call}Response xmlns="http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"><${call}Result>${body}</${call}Result>` +
      `<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${call}Response>`;
    const environments = (updated: string): string =>
      xml(
        "DescribeEnvironments",
        "<Environments><member><EnvironmentId>e-1</EnvironmentId><EnvironmentName>shop-web</EnvironmentName>" +
          "<PlatformArn>arn:aws:elasticbeanstalk:eu-central-1::platform/Python/4.1.0</PlatformArn>" +
          `<VersionLabel>v7</VersionLabel><DateUpdated>${updated}</DateUpdated></member></Environments>`,
      );
    const changed = (at: string) => () => ({
      ARN: SECRET,
      Name: "shop-secrets",
      Versions: [
        { VersionId: "2", VersionStages: ["AWSCURRENT"], CreatedDate: Date.parse(at) / 1000 },
        { VersionId: "1", VersionStages: ["AWSPREVIOUS"], CreatedDate: Date.parse("2030-01-01") / 1000 },
      ],
    });
    const beanstalk = (resources = [environment]) =>
      patient({ targets: ["beanstalk"], environment: "dev", resources, config: awsConfig(shop.endpoint) });
    const environment = resource(ENVIRONMENT, "shop-environment-web", {
      id: "e-1",
      inputs: {
        settings: [
          { namespace: "aws:elasticbeanstalk:application:environmentsecrets", name: "API_TOKEN", value: SECRET },
        ],
      },
    });

    const PLATFORMS: [what: string, branch: string, version: string, state: string, mend: RegExp][] = [
      ["well", "Supported", "Recommended", "ok", /^$/],
      ["deprecated", "Deprecated", "Recommended", "warn", /^slipway config set beanstalk\.platform /],
      ["retired", "Retired", "", "fail", /^slipway config set beanstalk\.platform /],
      ["old", "Supported", "", "warn", /^slipway up --stack prod$/],
    ];
    for (const [what, branch, version, state, mend] of PLATFORMS) {
      it(`whether a platform is ${what}`, async () => {
        shop.aws.others["DescribeEnvironments"] = () => environments("2026-11-01T00:00:00Z");
        shop.aws.others["DescribePlatformVersion"] = () =>
          xml(
            "DescribePlatformVersion",
            "<PlatformDescription><PlatformBranchName>Python 3.13 on AL2023</PlatformBranchName>" +
              `<PlatformBranchLifecycleState>${branch}</PlatformBranchLifecycleState><PlatformVersion>4.1.0</PlatformVersion>` +
              `<PlatformLifecycleState>${version}</PlatformLifecycleState></PlatformDescription>`,
          );
        const [finding] = await found(SUPPORT, beanstalk(), "platform");
        expect(finding?.state, finding?.found).to.equal(state);
        expect(finding?.mend ?? "").to.match(mend);
        expect(shop.aws.asked.get("DescribeEnvironments")).to.include({ "EnvironmentIds.member.1": "e-1" });
      });
    }

    it("which secrets were changed since an environment was", async () => {
      shop.aws.others["DescribeEnvironments"] = () => environments("2026-11-01T00:00:00Z");
      shop.aws.others["ListSecretVersionIds"] = changed("2026-11-02");
      const [finding] = await found(SECRETS, beanstalk(), "rotated secrets");
      expect(finding?.found).to.match(/^shop-web: runs since 2026-11-01/);
      expect(finding?.mend).to.match(/^aws elasticbeanstalk update-environment .*--version-label v7/);
      shop.aws.others["ListSecretVersionIds"] = changed("2026-10-31");
      expect((await found(SECRETS, beanstalk(), "rotated secrets"))[0]?.state).to.equal("ok");
    });

    it("which secrets were changed since tasks were started", async () => {
      const outputs = { cluster: `arn:aws:ecs:eu-central-1:123456789012:cluster/prod-shop`, name: serviceOf("web") };
      const resources = [resource("aws:ecs/service:Service", "shop-web-service", { outputs })];
      const config = awsConfig(shop.endpoint);
      shop.aws.others["DescribeTaskDefinition"] = () => ({
        taskDefinition: {
          containerDefinitions: [{ secrets: [{ name: "API_TOKEN", valueFrom: `${SECRET}:API_TOKEN::` }] }],
        },
      });
      // The oldest task counts.
      shop.aws.ecs.tasks.forEach((task, at) => (task.startedAt = Date.parse(`2026-11-0${at + 1}`) / 1000));
      shop.aws.others["ListSecretVersionIds"] = changed("2026-11-03T12:00:00Z");
      const [finding] = await found(SECRETS, patient({ resources, config }), "rotated secrets");
      expect(finding).to.include({
        state: "warn",
        mend:
          `aws ecs update-service --force-new-deployment --cluster prod-shop --service ${serviceOf("web")} ` +
          "--region eu-central-1",
      });
      expect(shop.aws.asked.get("ListSecretVersionIds")).to.include({ SecretId: SECRET });
      shop.aws.others["ListSecretVersionIds"] = changed("2026-10-01");
      expect((await found(SECRETS, patient({ resources, config }), "rotated secrets"))[0]?.state).to.equal("ok");
    });

    it("nothing of what was only rehearsed, and tells a refusal as what could not be looked at", async () => {
      const rehearsed = patient({ resources: [environment], rehearsed: true, config: awsConfig(shop.endpoint) });
      expect((await found(SECRETS, rehearsed, "rotated secrets"))[0]?.state).to.equal("skipped");
      expect(shop.aws.calls).to.deep.equal([]);
      shop.aws.refusals.set("DescribeTasks", { code: "AccessDeniedException", message: "not you" });
      const outputs = { cluster: "prod-shop", name: serviceOf("web") };
      const resources = [resource("aws:ecs/service:Service", "shop-web-service", { outputs })];
      const [finding] = await found(
        SECRETS,
        patient({ resources, config: awsConfig(shop.endpoint) }),
        "rotated secrets",
      );
      expect(finding).to.include({ state: "skipped", found: "AWS refuses: not you" });
    });
  });

  describe("this machine", () => {
    let folder = "";
    const before = { ...process.env };
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "slipway-doctor-"));
      process.env["PATH"] = folder;
      process.env["PULUMI_HOME"] = folder;
      process.env["DOCKER_HOST"] = "tcp://127.0.0.1:9";
    });
    afterEach(() => {
      process.env = { ...before };
      rmSync(folder, { recursive: true });
    });

    const program = (name: string, script: string): void => {
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(folder, name), 0o755);
    };
    const docker = (buildx: string): void => {
      program("docker", `case "$1" in version) echo 28.2.2 linux/amd64;; buildx) ${buildx};; esac`);
    };
    const arm = { ecs: { capacity: { kind: "fargate", architecture: "arm64" } } };

    it("for a Docker engine, where images are built", async () => {
      const [missing] = await found(TOOLS, patient(), "Docker");
      expect(missing).to.include({ state: "fail", mend: "install Docker: https://docs.docker.com/engine/install/" });
      program("docker", "echo Cannot connect to the Docker daemon >&2; exit 1");
      expect((await found(TOOLS, patient(), "Docker"))[0]?.found).to.match(
        /does not answer: Cannot connect to the Docker/,
      );
      docker("exit 1");
      expect((await found(TOOLS, patient(), "Docker"))[0]).to.include({
        state: "ok",
        found: "engine 28.2.2, linux/amd64",
      });
      const given = `host/shop@sha256:${"0".repeat(64)}`;
      const own = patient({ sections: { ecs: { image: { web: given, worker: given } } } });
      expect(await found(TOOLS, own, "Docker")).to.deep.equal([]);
    });

    it("whether it builds for the processors that tasks run on", async () => {
      docker("exit 1");
      expect((await found(MACHINES, patient()))[0]?.state).to.equal("ok");
      const [other] = await found(MACHINES, patient({ sections: arm }));
      expect(other).to.include({ state: "fail" });
      expect(other?.mend).to.match(/binfmt --install arm64, or slipway config set ecs\.capacity\.architecture amd64/);
      docker("echo 'Platforms: linux/amd64, linux/arm64'");
      const [emulated] = await found(MACHINES, patient({ sections: arm }));
      expect(emulated).to.include({ state: "ok" });
      expect(emulated?.found).to.match(/^images for linux\/arm64, emulated/);
    });

    it("for plugins, and for what exec starts", async () => {
      const plugins = await found(TOOLS, patient(), "Pulumi plugins");
      expect(plugins.map(({ state, mend }) => [state, mend?.replace(/[\d.]+$/, "<version>")])).to.deep.equal([
        ["warn", "pulumi plugin install resource aws <version>"],
        ["warn", "pulumi plugin install resource docker <version>"],
      ]);
      for (const { found: text } of plugins) {
        const [name = "", version = ""] = text.split(" ");
        mkdirSync(path.join(folder, "plugins", `resource-${name}-v${version}`), { recursive: true });
      }
      expect((await found(TOOLS, patient(), "Pulumi plugins")).map(({ state }) => state)).to.deep.equal(["ok", "ok"]);
      const sections = { ecs: { exec: true }, beanstalk: { exec: true } };
      const shells = [patient({ sections }), patient({ targets: ["beanstalk"], sections })];
      const session = async (of: Patient) =>
        (await found(TOOLS, of, "session-manager-plugin")).map(({ state }) => state);
      expect(await session(patient())).to.deep.equal([]);
      expect(await session(patient({ sections: { beanstalk: { exec: true } } }))).to.deep.equal([]);
      for (const shell of shells) expect(await session(shell)).to.deep.equal(["warn"]);
      program("session-manager-plugin", "echo 1.2.650.0");
      for (const shell of shells) expect(await session(shell)).to.deep.equal(["ok"]);
      const heroku = patient({ targets: ["heroku"] });
      expect((await found(TOOLS, heroku, "Heroku CLI"))[0]?.state).to.equal("warn");
      program("heroku", "echo heroku/9.5.0 linux-x64 node-v20");
      expect((await found(TOOLS, heroku, "Heroku CLI"))[0]).to.include({ state: "ok", found: "heroku/9.5.0" });
    });
  });
});
