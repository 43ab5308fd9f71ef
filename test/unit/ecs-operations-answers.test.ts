import { expect } from "chai";
import { awsClients } from "../../automation/ecs/clients";
import { awsError } from "../../automation/aws/errors";
import { status } from "../../automation/ecs/status";
import { SlipwayError } from "../../automation/errors";
import { awsConfig } from "../support/simulated-aws";
import { SimulatedShop } from "../support/simulated-shop";

describe("what AWS answers in place of what was asked", () => {
  const place = { project: "/nowhere", stack: "prod" };
  const told = (name: string, message: string): SlipwayError =>
    awsError(place, Object.assign(new Error(message), { name })) as SlipwayError;

  it("is sorted by what can be done about it", () => {
    expect(told("CredentialsProviderError", "Could not load credentials").message).to.equal(
      "There are no credentials for AWS: Could not load credentials",
    );
    expect(told("CredentialsProviderError", "").mend).to.contain("Pulumi.prod.yaml");
    const kinds = ["ExpiredTokenException", "AccessDeniedException", "ClusterNotFoundException", "TimeoutError"];
    expect(kinds.map((name) => told(name, "why").kind)).to.deep.equal(["config", "failed", "state", "failed"]);
    expect(told("TimeoutError", "too slow").message).to.contain("TimeoutError: too slow");
  });

  it("is handed on where it has a way out", () => {
    const own = new SlipwayError("locked", "busy");
    expect(awsError(place, own)).to.equal(own);
  });

  it("is that there are no credentials where none are found", async () => {
    const shop = await SimulatedShop.start();
    const { "aws:region": region = "", "aws:endpoints": endpoints = "" } = awsConfig(shop.endpoint);
    const nobody = { "aws:profile": "nobody", "aws:sharedCredentialsFiles": '["/nowhere"]' };
    const aws = awsClients({ "aws:region": region, "aws:endpoints": endpoints, ...nobody }, {});
    const error: unknown = await status({ ...shop.deployed, aws }).catch((reason: unknown) => reason);
    await shop.stop();
    expect((awsError(place, error) as SlipwayError).message).to.match(/^There are no credentials for AWS: Could not /);
  });
});
