import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { SettingsInput } from "../../components";
import { DRIVERS } from "../../components/config";
import { Database, type Bootstrap, type DatabaseArgs } from "../../components/database";
import { PROVEN_REGIONS, queryOf, schemeOf } from "../../components/database/drivers";
import { templatePath } from "../../components/package-root";
import * as pulumi from "@pulumi/pulumi";
import { AWS_COMPUTED } from "./support/aws-mocks";
import { bound, CANARY, ecsSettings, named, openText, secretValue, valueOf } from "./support/data-components";
import type { Registered } from "./support/resource-graph";

type DatabaseInput = NonNullable<NonNullable<SettingsInput["ecs"]>["database"]>;

const ADDRESS = "db-1.c1a2b3.eu-central-1.rds.amazonaws.com";
const COMPUTED = {
  ...AWS_COMPUTED,
  "aws:rds/instance:Instance": {
    address: ADDRESS,
    resourceId: "db-1",
    masterUserSecrets: [{ secretArn: "arn:aws:secretsmanager:eu-central-1:1:secret:rds!db-1-abcdef" }],
  },
};

async function make(
  database: DatabaseInput,
  more: Partial<DatabaseArgs> = {},
  environment: "dev" | "prod" = "dev",
): Promise<Awaited<ReturnType<typeof bound>> & { bootstrap: pulumi.Unwrap<Bootstrap> | undefined }> {
  let bootstrap: Promise<pulumi.Unwrap<Bootstrap>> | undefined;
  const made = await bound(() => {
    const own = new Database("shop-database", {
      database: ecsSettings({ database }, environment).database,
      appName: "my-shop",
      variable: "DB_URI",
      requirements: "flask\n",
      vpcId: "vpc-1",
      subnetIds: ["subnet-1", "subnet-2"],
      ...more,
    });
    if (own.bootstrap !== undefined) bootstrap = valueOf(pulumi.output(own.bootstrap));
    return own;
  }, COMPUTED);
  return { ...made, bootstrap: await bootstrap };
}

const instance = (all: readonly Registered[]): Record<string, unknown> => named(all, "shop-database-instance").inputs;
const url = (all: readonly Registered[]): unknown =>
  secretValue(named(all, "shop-database-url-version").inputs["secretString"]);

describe("a database at RDS", () => {
  it("is encrypted and private, its master password is kept by RDS, and TLS is demanded", async () => {
    const { all } = await make({ engine: "mariadb" });
    expect(instance(all)).to.deep.include({
      engine: "mariadb",
      engineVersion: "11.4",
      storageType: "gp3",
      storageEncrypted: true,
      publiclyAccessible: false,
      manageMasterUserPassword: true,
      username: "admin",
      vpcSecurityGroupIds: ["shop-database-guard-group-id"],
    });
    expect(instance(all)).not.to.have.any.keys("password", "dbName", "kmsKeyId");
    const { inputs } = named(all, "shop-database-parameters");
    expect(inputs).to.deep.include({ family: "mariadb11.4" });
    expect(inputs["parameters"]).to.deep.equal([
      { name: "character_set_server", value: "utf8mb4", applyMethod: "immediate" },
      { name: "require_secure_transport", value: "1", applyMethod: "immediate" },
    ]);
  });

  it("has the family of parameters of its version, and the config's parameters over Slipway's", async () => {
    const families = { "8.4.5": "mysql8.4", "8.0": "mysql8.0" };
    for (const [version, family] of Object.entries(families)) {
      const { all } = await make({ engine: "mysql", version });
      expect(named(all, "shop-database-parameters").inputs["family"]).to.equal(family);
    }
    const parameters = { "rds.force_ssl": 0, work_mem: 65536 };
    const { all } = await make({ engine: "postgres", version: "16.3", parameters });
    const { inputs } = named(all, "shop-database-parameters");
    expect(inputs["family"]).to.equal("postgres16");
    expect(inputs["parameters"]).to.deep.equal([
      { name: "rds.force_ssl", value: "0", applyMethod: "pending-reboot" },
      { name: "work_mem", value: "65536", applyMethod: "pending-reboot" },
    ]);
  });

  it("is protected by every means in production, and by none that hinders in development", async () => {
    const protection = async (environment: "dev" | "prod"): Promise<unknown> => {
      let protect: boolean | undefined;
      const transform: DatabaseArgs["transform"] = { instance: (_args, opts) => (protect = opts.protect) };
      const { all } = await make({ engine: "mariadb" }, { transform }, environment);
      const { deletionProtection, deleteAutomatedBackups, multiAz, backupRetentionPeriod } = instance(all);
      return { protect, deletionProtection, deleteAutomatedBackups, multiAz, backupRetentionPeriod };
    };
    expect(await protection("prod")).to.deep.equal({
      protect: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      multiAz: true,
      backupRetentionPeriod: 14,
    });
    expect(await protection("dev")).to.deep.include({ protect: false, deletionProtection: false, multiAz: false });
  });

  it("leaves a snapshot when it goes, by a name that the next one does not have", async () => {
    const { all } = await make({ engine: "mariadb" });
    expect(instance(all)).to.deep.include({
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "shop-database-parameters-1a2b3c4-final",
    });
    const without = instance((await make({ engine: "mariadb", finalSnapshot: false })).all);
    expect(without).to.deep.include({ skipFinalSnapshot: true });
    expect(without).not.to.have.property("finalSnapshotIdentifier");
  });

  it("keeps everything else when its size, zones, backups or parameters change", async () => {
    const before = (await make({ engine: "mariadb", storageGb: 30 })).all;
    const after = (
      await make({
        engine: "mariadb",
        instanceClass: "db.m7g.large",
        storageGb: 60,
        multiAz: true,
        backupDays: 30,
        parameters: { max_connections: 200 },
      })
    ).all;
    const changed = before.flatMap((one) => {
      const other = named(after, one.name).inputs;
      const keys = [...new Set([...Object.keys(one.inputs), ...Object.keys(other)])];
      return keys
        .filter((key) => JSON.stringify(one.inputs[key]) !== JSON.stringify(other[key]))
        .map((key) => `${one.name} ${key}`);
    });
    // A random password is another one in every run, and ignored.
    expect(changed.filter((key) => !key.endsWith("-version secretString"))).to.have.members([
      "shop-database-parameters parameters",
      ...["instanceClass", "allocatedStorage", "multiAz", "backupRetentionPeriod", "performanceInsightsEnabled"].map(
        (key) => `shop-database-instance ${key}`,
      ),
    ]);
    expect(named(before, "shop-database-password-version").ignoreChanges).to.deep.equal(["secretString"]);
  });

  it("is not replaced by what is read once: a snapshot that is named no longer, its user, its encryption", async () => {
    const { all } = await make({ engine: "mariadb", snapshot: "before-the-move" });
    expect(instance(all)["snapshotIdentifier"]).to.equal("before-the-move");
    expect(named(all, "shop-database-instance").ignoreChanges).to.deep.equal([
      "snapshotIdentifier",
      "storageEncrypted",
      "username",
    ]);
  });

  it("goes to another major version only where the config names it", async () => {
    expect(instance((await make({ engine: "mariadb" })).all)["allowMajorVersionUpgrade"]).to.equal(false);
    const { all } = await make({ engine: "mariadb", version: "11.8" });
    expect(instance(all)["allowMajorVersionUpgrade"]).to.equal(true);
  });

  it("gives the application a URL that proves the server, in a secret", async () => {
    const { all, binding } = await make({ engine: "mariadb", password: `${CANARY}-1` });
    expect(url(all)).to.equal(
      `mysql+pymysql://app:${CANARY}-1@${ADDRESS}:3306/my_shop?charset=utf8mb4&ssl_ca=.slipway/rds-ca.pem`,
    );
    expect(openText(all)).not.to.contain(CANARY);
    expect(binding.secrets["DB_URI"]).to.contain("secret:shop-database-url-secret");
    expect(binding.environment).to.deep.equal({ SLIPWAY_DB_URI_VERSION: "shop-database-url-version-1" });
    expect(binding.statements).to.deep.equal([]);
  });

  it("tells how the application's own user is made, with the master password by reference alone", async () => {
    const { bootstrap } = await make({ engine: "postgres", name: "stock", username: "clerk" });
    expect(bootstrap?.environment).to.deep.equal({
      DATABASE_URL: `postgresql+psycopg://${ADDRESS}:5432/postgres?sslmode=verify-full&sslrootcert=.slipway/rds-ca.pem`,
      DATABASE_NAME: "stock",
      APP_USERNAME: "clerk",
    });
    expect(bootstrap?.secrets).to.deep.include({
      MASTER_USERNAME: "arn:aws:secretsmanager:eu-central-1:1:secret:rds!db-1-abcdef:username::",
      MASTER_PASSWORD: "arn:aws:secretsmanager:eu-central-1:1:secret:rds!db-1-abcdef:password::",
    });
    expect(bootstrap?.trigger).to.equal("db-1 stock clerk shop-database-password-version-1");
  });

  it("of a URL is that URL in a secret, and nothing else", async () => {
    const { all, binding, bootstrap } = await make({ engine: "url", url: `postgresql://u:${CANARY}@db/shop` });
    expect(url(all)).to.equal(`postgresql://u:${CANARY}@db/shop`);
    expect(openText(all)).not.to.contain(CANARY);
    expect(all.map(({ type }) => type).filter((type) => type.startsWith("aws:rds"))).to.deep.equal([]);
    expect(binding.secrets).to.have.keys("DB_URI");
    expect(bootstrap).to.equal(undefined);
  });
});

describe("the driver in a database URL", () => {
  it("is the one that the application requires, or the one that Slipway adds", () => {
    expect(schemeOf("mysql", "Flask==3\n")).to.equal("mysql+pymysql");
    expect(schemeOf("mariadb", "MySQLclient>=2 ; python_version > '3.9'\n")).to.equal("mysql+mysqldb");
    expect(schemeOf("postgres", "flask\npsycopg2_binary==2.9\n")).to.equal("postgresql+psycopg2");
    expect(schemeOf("postgres", "psycopg[binary]>=3\npsycopg2\n")).to.equal("postgresql+psycopg");
  });

  it("always encrypts, and proves the server in every region whose authority is known", () => {
    const encrypts = /ssl_|sslmode=|ssl=require|^charset=utf8mb4$/;
    for (const { scheme } of [...DRIVERS.mysql, ...DRIVERS.postgres]) {
      expect(queryOf(scheme, "x.y.xx-new-1.rds.amazonaws.com"), scheme).to.match(encrypts);
      const proven = queryOf(scheme, "x.y.eu-west-1.rds.amazonaws.com");
      if (scheme !== "postgresql+asyncpg") expect(proven, scheme).to.contain(".slipway/rds-ca.pem");
    }
  });

  it("knows the authorities of exactly those regions", () => {
    const text = readFileSync(templatePath("servers", "rds-ca.pem"), "utf8");
    const regions = [...text.matchAll(/^# Amazon RDS (\S+) Root CA RSA2048 G1$/gm)].map(([, region]) => region);
    expect(regions).to.have.members([...PROVEN_REGIONS]);
    expect(text.match(/-----BEGIN CERTIFICATE-----/g)).to.have.length(regions.length);
  });
});
