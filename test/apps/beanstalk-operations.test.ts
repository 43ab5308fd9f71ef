/** What operations on Elastic Beanstalk ask of S3 and Systems Manager, answered by moto, which looks at signatures here. */
import { GetCommandInvocationCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { awsClients, type AwsClients } from "../../automation/beanstalk/clients";
import { migrationLine } from "../../automation/beanstalk/migrate";
import * as harness from "./fixtures/servers/harness";

/** Calls that need no rights: those that make the user, its rights, and the object. */
const PREPARED = 5;
const KEY = "prod-shop/web-0a1b2c3d4e5f (1).zip";

describe("what operations on Elastic Beanstalk read, as moto has it", function () {
  this.timeout(60_000);
  let endpoint: string;
  let keys: Record<"AccessKeyId" | "SecretAccessKey", string>;

  before(async function () {
    this.timeout(300_000);
    await harness.makeVenv();
    const port = await harness.freePort();
    const command = [harness.MOTO, "-H", "127.0.0.1", "-p", String(port)];
    const moto = harness.start(command, { INITIAL_NO_AUTH_ACTION_COUNT: String(PREPARED) });
    await harness.until(() => moto.output().includes("Running on"), `moto; it wrote ${moto.output()}`);
    endpoint = `http://127.0.0.1:${port}`;
    await ask("iam", { Action: "CreateUser", UserName: "deployer" });
    const made = await ask("iam", { Action: "CreateAccessKey", UserName: "deployer" });
    const text = (tag: string): string => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(made)?.[1] ?? "";
    keys = { AccessKeyId: text("AccessKeyId"), SecretAccessKey: text("SecretAccessKey") };
    const Statement = [{ Effect: "Allow", Action: "*", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await ask("iam", { Action: "PutUserPolicy", UserName: "deployer", PolicyName: "all", PolicyDocument });
    for (const [name, body] of [
      ["bundles", ""],
      [`bundles/${encodeURIComponent(KEY)}`, "a bundle"],
    ] as const) {
      const put = await fetch(`${endpoint}/${name}`, { method: "PUT", body, headers: signed("s3") });
      expect(put.status, await put.text()).to.equal(200);
    }
  });
  after(() => harness.stopAll());

  /** What tells moto whom a call is for, and is no signature. */
  const signed = (service: string): Record<string, string> => ({
    authorization: `AWS4-HMAC-SHA256 Credential=none/20260304/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`,
  });
  const ask = async (service: string, input: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ ...input, Version: "2010-05-08" });
    return (await fetch(endpoint, { method: "POST", headers: signed(service), body })).text();
  };
  const clients = (secret: string): AwsClients => {
    const config = { "aws:region": "us-east-1", "aws:accessKey": keys.AccessKeyId, "aws:secretKey": secret };
    const endpoints = JSON.stringify([{ s3: endpoint, ssm: endpoint }]);
    return awsClients({ ...config, "aws:endpoints": endpoints }, {});
  };

  it("is a bundle, by a request that is signed with the caller's key", async () => {
    const { objects } = clients(keys.SecretAccessKey);
    expect(Buffer.from(await objects.read("bundles", KEY)).toString()).to.equal("a bundle");
    const gone: unknown = await objects.read("bundles", "other").catch((error: unknown) => error);
    expect(gone).to.include({ name: "NoSuchKey" });
  });

  it("is nothing with another key", async () => {
    const refused: unknown = await clients("another")
      .objects.read("bundles", KEY)
      .catch((error: unknown) => error);
    expect(refused).to.include({ name: "SignatureDoesNotMatch" });
  });

  it("is what a command on an instance came to", async () => {
    const { ssm } = clients(keys.SecretAccessKey);
    const InstanceIds = ["i-0a1b2c3d4e5f60718"];
    const Parameters = { commands: [migrationLine(["flask", "db", "upgrade"])], executionTimeout: ["172800"] };
    const sent = await ssm.send(
      new SendCommandCommand({ InstanceIds, DocumentName: "AWS-RunShellScript", TimeoutSeconds: 120, Parameters }),
    );
    const { CommandId = "" } = sent.Command ?? {};
    const found = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: InstanceIds[0] }));
    expect(found).to.include({ Status: "Success", ResponseCode: 0, DocumentName: "AWS-RunShellScript" });
  });
});
