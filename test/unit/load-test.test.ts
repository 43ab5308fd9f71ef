import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { loadTest, SlipwayError } from "../../automation";
import { comparable, judge, measure, type LocustEntry } from "../../automation/load/report";
import { loadText } from "../../automation/terminal/load";
import { checkSettings, type Settings } from "../../components/config";
import { HELLO } from "./support/ecs";

const entry = (more: Partial<LocustEntry>): LocustEntry => ({
  name: "/",
  method: "GET",
  start_time: 1000,
  last_request_timestamp: 1010,
  num_requests: 100,
  num_none_requests: 0,
  num_failures: 0,
  response_times: { "10": 90, "50": 8, "400": 2 },
  ...more,
});

const limits = (load: object = {}): Settings["load"] =>
  checkSettings({ ...HELLO, targets: ["local"], load }, { stack: "dev", available: ["local"] }).load;

describe("a load test", () => {
  it("sums up what Locust counted", () => {
    const slow = entry({ name: "/slow", num_requests: 20, num_failures: 3, response_times: { "900": 20 } });
    const { endpoints, ...all } = measure([entry({}), slow]);
    expect(all).to.deep.equal({
      ...{ requests: 120, failures: 3, failureShare: 2.5, throughput: 12 },
      ...{ p50: 10, p95: 900, p99: 900 },
    });
    expect(endpoints.map(({ name, p95 }) => [name, p95])).to.deep.equal([
      ["/", 50],
      ["/slow", 900],
    ]);
  });

  it("that got no answer at all has failed", () => {
    const nothing = measure([]);
    expect([nothing.failureShare, nothing.throughput, nothing.p95]).to.deep.equal([100, 0, 0]);
    expect(judge(nothing, limits({ failures: 100 }), undefined).find(({ name }) => name === "failures")?.kept).to.equal(
      false,
    );
  });

  it("is held to limits, each by itself", () => {
    const measured = measure([entry({ num_failures: 2 })]);
    const kept = (load: object, p95Before?: number): boolean[] => {
      const before = p95Before === undefined ? undefined : { ...measured, p95: p95Before };
      return judge(measured, limits(load), before).map((limit) => limit.kept);
    };
    expect(kept({ p95: 50, failures: 2, throughput: 10 })).to.deep.equal([true, true, true]);
    expect(kept({ p95: 49, failures: 1.9, throughput: 10.1 })).to.deep.equal([false, false, false]);
    expect(kept({ failures: 2, slower: 100 }, 25)).to.deep.equal([true, true, true, true]);
    expect(kept({ failures: 2, slower: 99 }, 25)).to.deep.equal([true, true, true, false]);
    expect(kept({ failures: 2, slower: 10 }, 26), "noise").to.deep.equal([true, true, true, true]);
    expect(kept({ failures: 2, slower: 10 }, 500), "quicker is never too slow").to.deep.equal([true, true, true, true]);
  });

  it("is compared with one that did the same", () => {
    expect(comparable({ scenario: "a.py", users: 5 }, { scenario: "a.py", users: 5 })).to.equal(true);
    expect(comparable({ scenario: "a.py", users: 5 }, { scenario: "a.py", users: 6 })).to.equal(false);
    expect(comparable({ scenario: "a.py", users: 5 }, { scenario: "pages", users: 5 })).to.equal(false);
  });

  it("says what was found by kind of request and by limit", () => {
    const measured = measure([entry({ num_failures: 2 })]);
    const kind = {
      stack: "dev",
      url: "http://127.0.0.1:1",
      scenario: "a.py",
      users: 1,
      seconds: 1,
      startedAt: "",
      html: "r",
    };
    const text = loadText({ ...kind, ...measured, limits: judge(measured, limits(), { ...measured, p95: 100 }) });
    expect(text).to.contain("95 % of the answers within 50 ms, 500 allowed");
    expect(text).to.contain("2 % of the requests failed, 1 % allowed");
    expect(text).to.contain("50 % quicker than the run before, 50 % slower allowed");
  });

  describe("of a stack", () => {
    let project: string;
    const stack = (more: object): void => {
      const config = Object.entries({ ...HELLO, ...more }).map(([key, value]) => [`slipway:${key}`, value]);
      writeFileSync(path.join(project, "Pulumi.dev.yaml"), stringify({ config: Object.fromEntries(config) as object }));
    };
    const refused = async (more: object): Promise<string> =>
      loadTest({ stack: "dev", project, url: "http://127.0.0.1:1", ...more }).then(
        () => expect.fail("was run"),
        (error: unknown) => `${(error as SlipwayError).kind}: ${(error as SlipwayError).message}`,
      );

    beforeEach(() => {
      project = mkdtempSync(path.join(tmpdir(), "slipway-load-"));
      writeFileSync(path.join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    });
    afterEach(() => {
      rmSync(project, { recursive: true });
    });

    it("of production, or whose data is protected, needs to be said so", async () => {
      stack({ targets: ["local"], environment: "prod" });
      expect(await refused({})).to.contain("usage: The stack dev is an environment of production");
      for (const target of [
        { targets: ["ecs"], ecs: { database: { engine: "mariadb", protect: true } } },
        { targets: ["beanstalk"], beanstalk: { database: { engine: "mariadb", protect: true } } },
        { targets: ["heroku"], heroku: { database: { kind: "postgres", protect: true } } },
      ]) {
        stack(target);
        expect(await refused({})).to.contain("usage: The stack dev protects what it holds");
      }
      stack({ targets: ["local"], environment: "prod", load: { scenario: "none.py" } });
      expect(await refused({ allowProtected: true })).to.contain("config: slipway:load.scenario names");
    });

    it("without a scenario needs one that runs here", async () => {
      stack({ targets: ["local"] });
      expect(await refused({})).to.contain("state: The stack dev does not run on this machine");
    });

    it("is compared with nothing but a load test", async () => {
      stack({ targets: ["local"] });
      const baseline = path.join(project, "other.json");
      expect(await refused({ baseline }))
        .to.contain("usage:")
        .and.to.contain("cannot be compared with");
      writeFileSync(baseline, "{}");
      expect(await refused({ baseline })).to.contain("is no report of slipway load --json");
    });
  });
});
