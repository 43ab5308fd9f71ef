import { expect } from "chai";
import { NETWORK } from "../../automation/doctor/network";
import { STANDING } from "../../automation/doctor/standing";
import { lookAt, SUPPORT } from "../../automation/doctor/support";
import { PRODUCTS, type Product } from "../../automation/doctor/support-dates";
import type { StateEntry } from "../../automation/engine/state";
import { STACKS } from "../../components/config/heroku/tables";
import { found, patient, resource } from "./support/patient";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const SERVICE = "aws:ecs/service:Service";

describe("slipway doctor looks at", () => {
  describe("what the application stands on", () => {
    const of = (options: Parameters<typeof patient>[0], name: string) => found(SUPPORT, patient(options), name);
    const at = (date: string): number => Date.parse(`${date}T12:00:00Z`);
    const use = { product: "mysql", version: "8.0", by: "ecs", mend: (version: string) => `take ${version}` } as const;

    it("is told by how long it is supported", () => {
      expect(lookAt(use, at("2025-07-31")).state).to.equal("ok");
      expect(lookAt(use, at("2026-07-30"))).to.deep.include({ state: "warn", mend: "take 8.4" });
      expect(lookAt(use, at("2026-07-31")).found).to.match(/MySQL at RDS 8\.0 of ecs ends in 1 days, on 2026-07-31/);
      expect(lookAt(use, at("2026-08-01"))).to.deep.include({ state: "fail", mend: "take 8.4" });
      expect(lookAt({ ...use, version: "9.9" }, at("2026-08-01"))).to.include({ state: "skipped" });
    });

    it("is in tables with dates in order, the newest version first, that know every stack of the config", () => {
      for (const { title, until } of Object.values<Product>(PRODUCTS)) {
        const dates = until.map(([, end]) => end).filter((date) => date !== undefined);
        expect(dates, title).to.deep.equal([...dates].sort().reverse());
        for (const date of dates) expect(new Date(date).toISOString(), title).to.contain(date);
      }
      expect(PRODUCTS.heroku.until.map(([stack]) => stack)).to.include.members([...STACKS]);
    });

    it("is supported where the config says nothing", async () => {
      const states = async (options: Parameters<typeof patient>[0], name: string) =>
        (await of(options, name)).map(({ state }) => state);
      for (const engine of ["mariadb", "mysql", "postgres"])
        expect(await states({ sections: { ecs: { database: { engine } } } }, "database"), engine).to.deep.equal(["ok"]);
      for (const kind of ["rabbitmq-container", "amazon-mq"])
        expect(await states({ sections: { ecs: { broker: { kind } } } }, "broker"), kind).to.deep.equal(["ok"]);
      for (const target of ["ecs", "beanstalk"] as const)
        expect(await states({ targets: [target] }, "Python"), target).to.deep.equal(["ok"]);
      expect(await states({ targets: ["heroku"] }, "Heroku stack")).to.deep.equal(["ok"]);
    });

    it("is Python by image, platform, buildpack", async () => {
      const old = "python:3.9-slim-bookworm";
      const [image] = await of({ sections: { ecs: { image: { base: old } } } }, "Python");
      expect(image).to.include({
        state: "fail",
        mend: "slipway config set ecs.image.base python:3.14-slim-bookworm --stack prod",
      });
      expect(image?.found).to.match(/^Python 3\.9 of ecs ended on 2025-10-31/);
      const platform = String.raw`running Python 3\.9$`;
      const [beanstalk] = await of({ targets: ["beanstalk"], sections: { beanstalk: { platform } } }, "Python");
      expect(beanstalk).to.include({ state: "fail" });
      const build = { kind: "buildpack", python: "3.9.2" };
      const [heroku] = await of({ targets: ["heroku"], sections: { heroku: { build } } }, "Python");
      expect(heroku).to.include({ state: "fail", mend: "slipway config set heroku.build.python 3.14 --stack prod" });
    });

    it("is a database as it runs, or as it would be made", async () => {
      const ecs = { database: { engine: "mysql", version: "8.4" } };
      expect((await of({ sections: { ecs } }, "database"))[0]?.found).to.match(/^MySQL at RDS 8\.4 of ecs until/);
      const runs = resource("aws:rds/instance:Instance", "db", { outputs: { engineVersionActual: "8.0.43" } });
      const [finding] = await of({ sections: { ecs }, resources: [runs] }, "database");
      expect(finding).to.include({ state: "fail", mend: "slipway config set ecs.database.version 8.4 --stack prod" });
      const heroku = { database: { kind: "postgres", version: "13" } };
      expect((await of({ targets: ["heroku"], sections: { heroku } }, "database"))[0]?.state).to.equal("fail");
    });

    it("is a broker, and Heroku's stack", async () => {
      const broker = (kind: string, version: string) =>
        of({ sections: { ecs: { broker: { kind, version } } } }, "broker");
      expect((await broker("rabbitmq-container", "3.13"))[0]?.state).to.equal("fail");
      expect((await broker("rabbitmq-container", "4.2"))[0]?.state).to.equal("ok");
      expect((await broker("amazon-mq", "3.13"))[0]?.state).to.equal("ok");
      expect(await of({}, "broker")).to.deep.equal([]);
      const [stack] = await of({ targets: ["heroku"], sections: { heroku: { stack: "heroku-24" } } }, "Heroku stack");
      expect(stack?.state).to.equal("ok");
      const old = { targets: ["heroku" as const], sections: { heroku: { stack: "heroku-22" } }, today: "2027-05-01" };
      expect((await of(old, "Heroku stack"))[0]).to.include({
        state: "fail",
        mend: "slipway config set heroku.stack heroku-24 --stack prod",
      });
    });
  });

  describe("security groups", () => {
    const rule = (group: string, port: number, cidrIpv4 = "0.0.0.0/0"): StateEntry =>
      resource(RULE, `${group}-${port}`, {
        inputs: { securityGroupId: group, cidrIpv4, fromPort: port, toPort: port },
      });
    const balancer = resource("aws:lb/loadBalancer:LoadBalancer", "lb", { inputs: { securityGroups: ["front"] } });
    const group = (name: string, ingress: object[] = []): StateEntry =>
      resource(GROUP, `${name}-group`, { id: name, outputs: { ingress } });
    const look = (...resources: StateEntry[]) => found(NETWORK, patient({ resources }));

    it("may be open where the application is served", async () => {
      const front = { cidrBlocks: ["0.0.0.0/0"], fromPort: 443, toPort: 443, protocol: "tcp" };
      const closed = rule("back", 5432, "10.0.0.0/16");
      const well = await look(balancer, group("front", [front]), group("back"), rule("front", 443), closed);
      expect(well.map(({ state }) => state)).to.deep.equal(["ok"]);
      const settings = [
        { namespace: "aws:elasticbeanstalk:environment", name: "EnvironmentType", value: "SingleInstance" },
        { namespace: "aws:autoscaling:launchconfiguration", name: "SecurityGroups", value: "web" },
      ];
      const single = resource("aws:elasticbeanstalk/environment:Environment", "env", { inputs: { settings } });
      expect((await look(single, group("web"), rule("web", 80)))[0]?.state).to.equal("ok");
      expect((await look(group("web"), rule("web", 80)))[0]?.state).to.equal("fail");
    });

    it("are found open elsewhere, once, with the rule that opens them", async () => {
      const [finding, ...others] = await look(group("back"), rule("back", 22));
      expect(finding).to.deep.include({
        state: "fail",
        mend: "take back-22 out of the program, then slipway up --stack prod",
      });
      expect(finding?.found).to.match(/^back: port 22 is open to 0\.0\.0\.0\/0/);
      expect(others).to.deep.equal([]);
      expect((await look(balancer, group("front"), rule("front", 8080)))[0]?.state).to.equal("fail");
    });

    it("are found open by a rule that nobody's program has made", async () => {
      const all = { ipv6CidrBlocks: ["::/0"], fromPort: 0, toPort: 0, protocol: "-1" };
      const [finding] = await look(balancer, group("front", [all]));
      expect(finding?.found).to.equal("front: every port is open to ::/0, by a rule that is not of this stack");
      expect(finding?.mend).to.match(
        /^aws ec2 revoke-security-group-ingress --group-id front --ip-permissions '.*::\/0/,
      );
    });
  });

  describe("single points of failure", () => {
    const service = (role: string, desiredCount: number): StateEntry =>
      resource(SERVICE, `shop-${role}-service`, { inputs: { desiredCount } });
    const database = resource("aws:rds/instance:Instance", "shop-database-instance", { inputs: { multiAz: false } });
    const mends = async (options: Parameters<typeof patient>[0]) =>
      (await found(STANDING, patient(options))).map(({ mend }) => mend);

    it("are told with the key that mends each; what is one by design is not", async () => {
      const beat = resource(SERVICE, "shop-beat-service", {
        inputs: { desiredCount: 1, deploymentMaximumPercent: 100 },
      });
      const sections = { processes: { web: { count: 1 }, worker: { count: { min: 1, max: 4 } }, beat: {} } };
      const resources = [service("web", 1), service("worker", 1), beat, database];
      expect(await mends({ sections, resources })).to.deep.equal([
        "slipway config set processes.web.count 2 --stack prod",
        "slipway config set processes.worker.count.min 2 --stack prod",
        "slipway config set ecs.database.multiAz true --stack prod",
      ]);
      const [one] = await found(STANDING, patient({ environment: "dev", sections, resources }));
      expect(one).to.include({ state: "ok" });
      expect(one?.found).to.match(/^3 single points of failure, as/);
    });

    it("are none where everything stands twice", async () => {
      const twice = { ...database, inputs: { multiAz: true } };
      const [finding] = await found(STANDING, patient({ resources: [service("web", 2), twice] }));
      expect(finding?.state).to.equal("ok");
    });

    it("are brokers and caches in containers, instances of Beanstalk, add-ons", async () => {
      const inCluster = ["broker-service", "cache-service"].map((role) => service(role, 1));
      expect(await mends({ resources: inCluster })).to.deep.equal([
        "slipway config set ecs.broker '{kind: sqs}' --stack prod",
        "slipway config set ecs.cache '{kind: elasticache, replicas: 1}' --stack prod",
      ]);
      const settings = [{ namespace: "aws:autoscaling:asg", name: "MinSize", value: "1" }];
      const web = resource(
        "aws:elasticbeanstalk/environment:Environment",
        "shop-environment-web-environment",
        { inputs: { settings } },
        "beanstalk:BeanstalkStack",
      );
      const single = { beanstalk: { web: { kind: "single" } } };
      expect(await mends({ targets: ["beanstalk"], sections: single, resources: [web] })).to.deep.equal([
        "slipway config set beanstalk.web.kind balanced --stack prod",
      ]);
      const addons = ["heroku-postgresql:standard-0", "cloudamqp:tiger", "heroku-redis:mini"].map((plan, at) =>
        resource("heroku:index/addon:Addon", `shop-addons-${["database", "broker", "cache"][at] ?? ""}`, {
          inputs: { plan },
        }),
      );
      expect(await mends({ targets: ["heroku"], resources: addons })).to.deep.equal([
        "slipway config set heroku.database.plan premium-0 --stack prod",
        "slipway config set heroku.broker.plan hare-3 --stack prod",
        "slipway config set heroku.cache.plan premium-0 --stack prod",
      ]);
    });

    it("are not looked for where nothing is deployed or rehearsed", async () => {
      expect(await found(STANDING, patient()))
        .to.have.property("0")
        .that.includes({ state: "skipped" });
    });
  });
});
