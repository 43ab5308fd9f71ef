import { expect } from "chai";
import { freePort } from "../../providers/host/ports";
import { Fixture, deployment, get } from "./host-fixture";

describe("host provider: programs", function () {
  this.timeout(120_000);
  let fixture: Fixture;
  let port: number;

  before(async () => {
    fixture = new Fixture();
    port = await freePort();
  });

  after(async () => {
    await (await fixture.open(async () => ({}))).destroy();
    expect(await fixture.alive()).to.deep.equal([]);
    fixture.dispose();
  });

  it("starts what is described, and finds nothing to do the second time", async () => {
    const stack = await fixture.open(deployment(fixture, { port, workers: 1 }));
    await stack.up({ onOutput: console.log });
    expect(await get(port)).to.match(/^one \d+$/);
    const t = performance.now();
    const second = await stack.up();
    console.log(performance.now() - t);
    expect(second.summary.resourceChanges).to.deep.equal({ same: 8 });
  });
});
