import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { recordRestoreTest } from "../../automation/backup/record";
import { examine } from "../../automation/doctor";
import { BACKUPS } from "../../automation/doctor/backups";
import { failing } from "../../automation/doctor/finding";
import { SECRETS, staleness } from "../../automation/doctor/secrets";
import { SlipwayError } from "../../automation/errors";
import { doctorText } from "../../automation/terminal/doctor";
import type { StateEntry } from "../../automation/engine/state";
import { found, patient, resource, secret } from "./support/patient";

describe("slipway doctor", () => {
  describe("its checks", () => {
    const told = (text: string) => ({ state: "ok" as const, found: text });

    it("run at once, in their order, and none keeps another from its answer", async () => {
      const order: string[] = [];
      const findings = await examine(patient(), {
        tools: [
          { name: "slow", look: async () => (await setTimeout(20), order.push("slow"), [told("slow")]) },
          { name: "broken", look: () => Promise.reject(new Error("no such thing")) },
        ],
        stack: [{ name: "fast", look: () => (order.push("fast"), [told("fast")]) }],
      });
      expect(order).to.deep.equal(["fast", "slow"]);
      expect(findings).to.deep.equal([
        { stack: "prod", group: "tools", name: "slow", ...told("slow") },
        { stack: "prod", group: "tools", name: "broken", state: "skipped", found: "no such thing" },
        { stack: "prod", group: "stack", name: "fast", ...told("fast") },
      ]);
    });

    it("that cannot look for the same reason say it once", async () => {
      const broken = (): Promise<never> => Promise.reject(new SlipwayError("tool", "no engine", "start it"));
      const findings = await examine(patient(), {
        tools: [{ name: "engine", look: failing(broken) }],
        stack: [{ name: "other", look: broken }],
      });
      expect(findings).to.deep.equal([
        { stack: "prod", group: "tools", name: "engine", state: "fail", found: "no engine", mend: "start it" },
        { stack: "prod", group: "stack", name: "other", state: "skipped", found: "not before engine is mended" },
      ]);
    });

    it("are left out when they take too long, and told so", async () => {
      let signal: AbortSignal | undefined;
      const never = {
        name: "never",
        look: (_: unknown, given: AbortSignal) => ((signal = given), new Promise<never>(() => undefined)),
      };
      const [finding] = await examine(patient(), { tools: [never] }, 0.01);
      expect(finding).to.include({ state: "skipped", found: "it took longer than 0.01 s" });
      expect(signal?.aborted).to.equal(true);
    });

    it("are for the targets of the stack alone, and quiet about faults of the config", async () => {
      const check = { name: "one", targets: ["heroku"] as const, look: () => [told("seen")] };
      expect(await examine(patient({ targets: ["ecs"] }), { tools: [check] })).to.deep.equal([]);
      expect(await examine(patient({ targets: ["heroku"] }), { tools: [check] })).to.have.length(1);
      expect(await examine(patient({ sections: { targets: ["moon"] } }), { tools: [check] })).to.deep.equal([]);
    });

    it("are shown by group, each with what mends it", () => {
      const at = { stack: "prod", group: "network" as const };
      const text = doctorText([
        { ...at, name: "door", state: "fail", found: "open", mend: "close it" },
        { ...at, name: "window", state: "ok", found: "shut" },
      ]);
      expect(text).to.contain("✖ door    open\n").and.to.contain("mend: close it\n").and.to.contain("✔ window  shut");
      expect(text).to.match(/\n1 to mend, 0 fall short, 1 well$/);
    });
  });

  describe("backups", () => {
    let project = "";
    beforeEach(() => (project = mkdtempSync(path.join(tmpdir(), "slipway-doctor-"))));
    afterEach(() => {
      rmSync(project, { recursive: true });
    });

    it("are found off", async () => {
      const off = { ecs: { database: { engine: "mariadb", backupDays: 0 } } };
      const [prod] = await found(BACKUPS, patient({ sections: off }), "backups");
      expect(prod).to.include({ state: "fail", mend: "slipway config set ecs.database.backupDays 14 --stack prod" });
      expect((await found(BACKUPS, patient({ environment: "dev", sections: off }), "backups"))[0]?.state).to.equal(
        "warn",
      );
      expect((await found(BACKUPS, patient(), "backups"))[0]).to.include({
        state: "ok",
        found: "ecs: kept for 14 days",
      });
    });

    it("are found never restored, and restored long ago", async () => {
      const look = async (today: string) => (await found(BACKUPS, patient({ project, today }), "restore test"))[0];
      expect(await look("2026-11-25")).to.include({ state: "warn", mend: "slipway restore-test --stack prod" });
      const { place } = patient({ project });
      recordRestoreTest(place, { target: "ecs", backup: "nightly-7", at: "2026-11-25T00:00:00.000Z" });
      expect(await look("2026-11-28")).to.include({ state: "ok", found: "ecs: nightly-7 was restored 3 days ago" });
      expect((await look("2027-02-24"))?.state).to.equal("warn");
    });
  });

  describe("secrets", () => {
    const config = { "slipway:secrets": '{"API_TOKEN":"new-canary","PIN":1234}' };
    const deployedAs: Record<string, StateEntry> = {
      local: resource("host:index:Program", "shop-web", {
        inputs: { environment: secret({ API_TOKEN: "old-canary" }) },
      }),
      heroku: resource("heroku:index/app:App", "shop-app", {
        inputs: { sensitiveConfigVars: secret({ API_TOKEN: "old-canary" }) },
      }),
      ecs: resource("aws:secretsmanager/secretVersion:SecretVersion", "shop-secrets-version", {
        inputs: { secretString: secret('{"API_TOKEN":"old-canary"}') },
      }),
      beanstalk: resource("aws:secretsmanager/secretVersion:SecretVersion", "shop-secret-API_TOKEN-version", {
        inputs: { secretString: secret("old-canary") },
      }),
    };
    for (const [target, entry] of Object.entries(deployedAs)) {
      it(`of the config are found other than what was deployed on ${target}, and not shown`, async () => {
        const look = (text: string) =>
          found(SECRETS, patient({ resources: [entry], config: { "slipway:secrets": text } }), "config secrets");
        const findings = await look(config["slipway:secrets"]);
        expect(findings[0]).to.include({ state: "warn", mend: "slipway up --stack prod" });
        expect(findings[0]?.found).to.match(/^API_TOKEN: changed in the config/);
        expect(JSON.stringify(findings)).not.to.contain("canary");
        expect((await look('{"API_TOKEN":"old-canary"}'))[0]?.state).to.equal("ok");
      });
    }

    it("are found rotated after what reads them was started", () => {
      const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-secrets-AbCdEf";
      const reader = { name: "shop-web", started: new Date("2026-11-02"), secrets: [arn], mend: "start it" };
      const [finding] = staleness([reader], new Map([[arn, new Date("2026-11-03")]]));
      expect(finding).to.include({ state: "warn", mend: "start it" });
      expect(finding?.found).to.match(/^shop-web: runs since 2026-11-02.* in shop-secrets \(changed 2026-11-03/);
      expect(staleness([reader], new Map([[arn, new Date("2026-11-01")]])))
        .to.have.property("0")
        .that.includes({ state: "ok" });
    });
  });
});
