import { expect } from "chai";
import type { SettingsInput } from "../../components";
import { listOf, mergeOptions, settingsOf } from "../../components/beanstalk/options";
import { HELLO, registerBeanstalk, SHOP, type BeanstalkInput } from "./support/beanstalk";
import { named, valueOf } from "./support/data-components";
import type { Registered } from "./support/resource-graph";
import * as pulumi from "@pulumi/pulumi";

const on = (beanstalk: BeanstalkInput, more: Partial<SettingsInput> = {}): SettingsInput => ({
  ...SHOP,
  beanstalk,
  ...more,
});
const PROD = { environment: "prod" } as const;

interface Setting {
  namespace: string;
  name: string;
  value: string;
}

/** Options of an environment: `namespace name` -> value, without `aws:` and what both have in common. */
function optionsOf(all: readonly Registered[], role: "web" | "worker"): Record<string, string> {
  const { settings } = named(all, `shop-environment-${role}-environment`).inputs;
  return Object.fromEntries(
    (settings as Setting[]).map(({ namespace, name, value }) => [
      `${namespace.replace("aws:", "").replace("elasticbeanstalk:", "")} ${name}`,
      value,
    ]),
  );
}

interface Statement {
  Effect: string;
  Action: string[];
  Resource: string | string[];
}

function statementsOf(all: readonly Registered[], name: string): Statement[] {
  const { policy } = named(all, name).inputs;
  return (JSON.parse(policy as string) as { Statement: Statement[] }).Statement;
}

const ofType = (all: readonly Registered[], type: string): Registered[] =>
  all.filter((one) => one.type.endsWith(`:${type}`));

describe("a stack on Elastic Beanstalk", function () {
  this.timeout(30_000);

  it("deploys the versions of an older release as they are, and leaves the database to it", async () => {
    const release = "0a1b2c3d4e5f";
    const reuse = { kind: "versions", release, web: "the-web", worker: "the-worker" } as const;
    const { registered, outputs } = await registerBeanstalk(on({}, PROD), { reuse, keepDatabase: true });
    expect(outputs["release"]).to.equal(release);
    expect(JSON.parse(outputs["versions"] as string)).to.deep.equal({ web: "the-web", worker: "the-worker" });
    expect([...ofType(registered, "ApplicationVersion"), ...ofType(registered, "BucketObjectv2")]).to.deep.equal([]);
    expect(named(registered, "shop-environment-worker-environment").inputs["version"]).to.equal("the-worker");
    expect(optionsOf(registered, "web")["application:environment SLIPWAY_KEEP_DATABASE"]).to.equal(release);
  });

  it("lets nobody run a command on its instances, but where the config says so", async () => {
    const actions = async (beanstalk: BeanstalkInput): Promise<string[]> => {
      const { registered } = await registerBeanstalk(on(beanstalk, PROD));
      return statementsOf(registered, "shop-environment-web-policy").flatMap(({ Action }) => Action);
    };
    expect((await actions({})).filter((action) => action.startsWith("ssm"))).to.deep.equal([]);
    expect(await actions({ exec: true })).to.include.members([
      "ssm:UpdateInstanceInformation",
      "ssmmessages:OpenDataChannel",
    ]);
  });

  it("says where it answers and what it made", async () => {
    const { outputs } = await registerBeanstalk(on({}, PROD));
    expect(outputs["url"]).to.equal("http://shop-environment-web-environment.eu-central-1.elasticbeanstalk.com");
    expect(JSON.parse(outputs["environments"] as string)).to.deep.equal({
      worker: "prod-shop-worker",
      web: "prod-shop-web",
    });
    const versions = JSON.parse(outputs["versions"] as string) as Record<string, string>;
    expect(versions["web"]).to.match(/^[0-9a-f]{12}-abcdef0-\d{8}-\d{6}-web$/);
    expect(outputs["database"]).to.equal("shop-database-instance.rds.amazonaws.com");
    expect(Object.keys(JSON.parse(outputs["queues"] as string) as object)).to.deep.equal(["celery"]);
    expect(outputs["dashboard"]).to.contain("prod-shop-beanstalk");
  });

  it("answers under its own name, over HTTPS", async () => {
    const domain = { name: "shop.example.com", zoneId: "Z0123456789ABC" };
    const { outputs, registered } = await registerBeanstalk(on({ loadBalancer: { domain } }, PROD));
    expect(outputs["url"]).to.equal("https://shop.example.com");
    const { inputs } = named(registered, "shop-address");
    expect(inputs["aliases"]).to.deep.equal([
      {
        name: "shop-environment-web-environment.eu-central-1.elasticbeanstalk.com",
        zoneId: "Z1FRNW7UH4DEZJ",
        evaluateTargetHealth: true,
      },
    ]);
    expect(optionsOf(registered, "web")).to.include({ "elbv2:listener:443 Protocol": "HTTPS" });
  });

  it("lets instances do what their own environment needs, and no more", async () => {
    const { registered } = await registerBeanstalk(on({}, PROD));
    for (const role of ["web", "worker"]) {
      const statements = statementsOf(registered, `shop-environment-${role}-policy`);
      const actions = statements.flatMap(({ Action }) => Action);
      expect(actions.filter((action) => action.includes("*"))).to.deep.equal([]);
      const everything = statements.filter(({ Resource }) => [Resource].flat().includes("*"));
      expect(everything.flatMap(({ Action }) => Action)).to.deep.equal(
        role === "web" ? [] : ["cloudwatch:PutMetricData"],
      );
      const secrets = statements.find(({ Action }) => Action.includes("secretsmanager:GetSecretValue"));
      expect(secrets?.Resource).to.have.length(4);
      const queues = statements
        .filter(({ Action }) => Action.includes("sqs:ReceiveMessage"))
        .flatMap((one) => one.Resource);
      expect(queues.map((arn) => arn.split(":").at(-1))).to.deep.equal([
        "shop-broker-queue-celery",
        ...(role === "web" ? [] : ["shop-environment-worker-idle"]),
      ]);
    }
  });

  it("is closed but for its load balancer", async () => {
    const { registered } = await registerBeanstalk(on({}, PROD));
    const open = ofType(registered, "SecurityGroupIngressRule").filter(
      ({ inputs }) => inputs["cidrIpv4"] !== undefined,
    );
    expect(open.map(({ name }) => name)).to.deep.equal(["shop-environment-web-balancerGuard-ingress-http-0.0.0.0/0"]);
    for (const role of ["web", "worker"] as const) {
      expect(optionsOf(registered, role)).to.include({
        "autoscaling:launchconfiguration DisableDefaultEC2SecurityGroup": "true",
        "autoscaling:launchconfiguration DisableIMDSv1": "true",
        "ec2:vpc AssociatePublicIpAddress": "false",
      });
    }
  });

  it("is open on one instance to whom the config lets in, by HTTP alone", async () => {
    const { registered } = await registerBeanstalk(
      on({ loadBalancer: { allowFrom: ["203.0.113.0/24"] }, keyName: "ops" }),
    );
    const into = ofType(registered, "SecurityGroupIngressRule").map(({ inputs }) => [
      inputs["cidrIpv4"],
      inputs["fromPort"],
    ]);
    expect(into).to.deep.equal([["203.0.113.0/24", 80]]);
    expect(optionsOf(registered, "web")).to.include({ "autoscaling:launchconfiguration EC2KeyName": "ops" });
  });

  it("costs no load balancer, NAT or database as one instance with a file", async () => {
    const { registered } = await registerBeanstalk(HELLO);
    for (const type of ["NatGateway", "Instance", "Queue", "VpcEndpoint"]) {
      expect(
        ofType(registered, type).filter(({ inputs }) => inputs["vpcEndpointType"] !== "Gateway"),
        type,
      ).to.have.length(0);
    }
    const options = optionsOf(registered, "web");
    expect(options).to.include({
      "environment EnvironmentType": "SingleInstance",
      "application:environment DB_URI": "sqlite:////var/lib/slipway/app.db",
    });
    expect(Object.keys(options).filter((name) => name.startsWith("elbv2"))).to.deep.equal([]);
  });

  it("reads secrets by their ARN, and starts anew when one has another text", async () => {
    const { registered } = await registerBeanstalk(SHOP);
    const options = optionsOf(registered, "web");
    expect(options["application:environmentsecrets API_TOKEN"]).to.match(/^arn:aws:secretsmanager:.*API_TOKEN-secret$/);
    expect(options).to.have.property("application:environment SLIPWAY_SECRETS_VERSION");
    expect(options).not.to.have.property("application:environment API_TOKEN");
  });

  it("starts the workers before the web process, and both after all that they need", async () => {
    const { registered } = await registerBeanstalk(on({}, PROD));
    const web = named(registered, "shop-environment-web-environment").dependsOn;
    const worker = named(registered, "shop-environment-worker-environment").dependsOn;
    expect(web).to.include("shop-environment-worker-environment");
    for (const one of ["shop-database-instance", "shop-database-url-version", "shop-network-privateRoute-a"]) {
      expect(web).to.include(one);
      expect(worker).to.include(one);
    }
    expect(worker).to.include("shop-environment-worker-policy").and.to.include("shop-serviceRole-policy-health");
    expect(worker).to.include("shop-database-guard-ingress-worker");
  });

  it("has its workers without a load balancer, replaced as a canary cannot be", async () => {
    const { registered } = await registerBeanstalk(on({ deployment: { kind: "canary" } }, PROD));
    expect(optionsOf(registered, "web")).to.include({
      "command DeploymentPolicy": "TrafficSplitting",
      "trafficsplitting NewVersionPercent": "10",
    });
    const worker = optionsOf(registered, "worker");
    expect(worker).to.include({ "command DeploymentPolicy": "Immutable" });
    expect(Object.keys(worker).filter((name) => /^(elbv2|trafficsplitting|ec2:vpc ELB)/.test(name))).to.deep.equal([]);
    expect(worker["sqsd WorkerQueueURL"]).to.match(/shop-environment-worker-idle$/);
    expect(named(registered, "shop-environment-worker-environment").inputs["tier"]).to.equal("Worker");
  });

  it("keeps the master password for itself and the application, and RDS changes none", async () => {
    const { inputs, ignoreChanges } = named(
      (await registerBeanstalk(on({ database: { engine: "postgres", username: "owner" } }))).registered,
      "shop-database-instance",
    );
    expect(inputs)
      .to.include({ username: "owner", dbName: "shop" })
      .and.not.to.have.property("manageMasterUserPassword");
    expect(ignoreChanges).to.include("dbName");
  });

  it("keeps bundles and versions of releases before, whose labels stay as they are", async () => {
    const { registered } = await registerBeanstalk(SHOP);
    expect(named(registered, "shop-releases-version-web").ignoreChanges).to.deep.equal(["name"]);
    const { appversionLifecycle } = named(registered, "shop-releases-application").inputs;
    expect(appversionLifecycle).to.deep.include({ maxCount: 60, deleteSourceFromS3: false });
  });

  it("has a bucket that is private, encrypted, versioned and reached over TLS alone", async () => {
    const { registered } = await registerBeanstalk(SHOP);
    expect(named(registered, "shop-releases-access").inputs).to.include({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(named(registered, "shop-releases-policy").inputs["policy"]).to.contain('"aws:SecureTransport":"false"');
    expect(named(registered, "shop-releases-bundle-web").dependsOn).to.include.members([
      "shop-releases-encryption",
      "shop-releases-policy",
    ]);
  });

  it("opens each part to a transform", async () => {
    const { registered } = await registerBeanstalk(SHOP, {
      transform: {
        environment: (args) => {
          args.transform = {
            environment: (own) => {
              own.description = "changed";
            },
          };
        },
        releases: (args) => {
          args.keep = 5;
        },
      },
    });
    expect(named(registered, "shop-environment-web-environment").inputs["description"]).to.equal("changed");
    const { appversionLifecycle } = named(registered, "shop-releases-application").inputs;
    expect(appversionLifecycle).to.deep.include({ maxCount: 10 });
  });
});

describe("options of an environment", () => {
  it("have one order and one form, whatever they are made of", async () => {
    const options = mergeOptions({ "b:b": { B: 1, a: true } }, { "a:a": { X: "x" } }, { "b:b": { B: 2 } });
    expect(await valueOf(pulumi.output(settingsOf(options)))).to.deep.equal([
      { namespace: "a:a", name: "X", value: "x" },
      { namespace: "b:b", name: "B", value: "2" },
      { namespace: "b:b", name: "a", value: "true" },
    ]);
    expect(await valueOf(listOf(["subnet-b", pulumi.output("subnet-a")]))).to.equal("subnet-a,subnet-b");
  });
});
