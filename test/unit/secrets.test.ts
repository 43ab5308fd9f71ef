import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { randomPassword, StoredSecret, type StoredSecretArgs } from "../../components/secrets";
import { AWS_COMPUTED } from "./support/aws-mocks";
import { CANARY, named, openText, secretValue, valueOf } from "./support/data-components";
import { registeredBy, type Registered } from "./support/resource-graph";

async function store(more: Partial<StoredSecretArgs> = {}): Promise<{ all: Registered[]; secret: StoredSecret }> {
  let secret: StoredSecret | undefined;
  const args = { value: CANARY, description: "For a test", ...more };
  const all = await registeredBy(() => (secret = new StoredSecret("key", args)), AWS_COMPUTED);
  return { all, secret: secret as unknown as StoredSecret };
}

describe("a stored secret", () => {
  it("holds its text as a secret alone, and can be restored for a week", async () => {
    const { all } = await store();
    expect(named(all, "key-secret").inputs).to.deep.equal({ description: "For a test", recoveryWindowInDays: 7 });
    const version = named(all, "key-version");
    expect(secretValue(version.inputs["secretString"])).to.equal(CANARY);
    expect(version.secretOutputs).to.include("secretString");
    expect(version.ignoreChanges).to.deep.equal([]);
    expect(openText(all)).not.to.contain(CANARY);
  });

  it("keeps the first text where it is generated, and another window where one is given", async () => {
    const { all } = await store({ generated: true, recoveryDays: 0 });
    expect(named(all, "key-version").ignoreChanges).to.deep.equal(["secretString"]);
    expect(named(all, "key-secret").inputs["recoveryWindowInDays"]).to.equal(0);
  });

  it("gives its text back from what is stored, as a secret", async () => {
    const stored = {
      "aws:secretsmanager/secretVersion:SecretVersion": { secretString: "stored before", versionId: "v1" },
    };
    let text: pulumi.Output<string> | undefined;
    await registeredBy(
      () => {
        text = new StoredSecret("key", { value: "new", generated: true, description: "x" }).text;
      },
      { ...AWS_COMPUTED, ...stored },
    );
    expect(await valueOf(text as pulumi.Output<string>)).to.equal("stored before");
    expect(await pulumi.isSecret(text as pulumi.Output<string>)).to.equal(true);
  });
});

describe("a random password", () => {
  it("is secret, has 32 characters that a URL needs not escape, and is another one each time", async () => {
    const [one, other] = [randomPassword(), randomPassword()];
    expect(await pulumi.isSecret(one)).to.equal(true);
    const texts = await Promise.all(
      [one, other].map((output) => new Promise<string>((resolve) => output.apply(resolve))),
    );
    expect(texts[0]).to.match(/^[A-Za-z0-9_-]{32}$/);
    expect(texts[0]).not.to.equal(texts[1]);
  });
});
