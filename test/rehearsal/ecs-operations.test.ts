/** The command line on a stack of ECS: real engine, simulated clouds below it, simulated ECS API beside them. */
import { expect } from "chai";
import { EXIT } from "../../automation/errors";
import type { Ended } from "../engine/support/running";
import { OperatedStack } from "./support/operated-stack";

describe("slipway on ECS (simulated ECS API)", function () {
  this.timeout(300_000);
  let stack: OperatedStack;

  before(async () => {
    stack = await OperatedStack.open({});
  });
  after(() => stack.close());

  const well = ({ code, stdout, stderr }: Ended): string => {
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  };

  it("deploys, and looks whether that is what serves", async () => {
    stack.fates = { web: { looks: 3 } };
    well(await stack.slipway("up", "--yes"));
    expect(stack.aws.calls).to.include("DescribeServices");
  });

  it("fails when ECS puts the old tasks back, which the engine takes for a success", async () => {
    stack.stack.changeApp("2");
    stack.fates = { web: { healthy: false, exitCode: 3, log: ["ValueError: DB_URI is missing"] } };
    const { code, stderr } = await stack.slipway("up", "--yes");
    expect(code, stderr).to.equal(EXIT.failed);
    expect(stderr).to.match(
      /What was deployed to prod does not serve:\n {2}web: prod-shop-shop-web:1 is deployed instead of/,
    );
    expect(stderr).to.contain("| ValueError: DB_URI is missing");
    expect(stderr).to.match(/mend: slipway rollback/);
    expect(stderr).to.match(/worker: prod-shop-shop-worker:2, 1 of 1 tasks/);
  });

  it("fails once more where nothing has changed since", async () => {
    const { code, stderr } = await stack.slipway("up", "--yes");
    expect(code, stderr).to.equal(EXIT.failed);
    expect(stderr).to.contain("web: prod-shop-shop-web:1 is deployed instead of prod-shop-shop-web:2");
  });

  it("ends well again with a release that comes up", async () => {
    stack.stack.changeApp("3");
    stack.fates = {};
    well(await stack.slipway("up", "--yes"));
  });
});
