import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { expect } from "chai";
import { onPath } from "../support/docker/engine";
import { processTable } from "./support/process-table";
import { Product } from "./support/product";
import { Visitors } from "./support/visitors";
import { until } from "./support/wait";

/**
 * Apache does not run as root. Where the tests do, all of it is in one user namespace: their user has another number
 * there, no power over what is not its own, and its own files as ever. 33 is www-data on Debian.
 */
const ROOT = process.getuid?.() === 0;
const missing = ["apache2", ...(ROOT ? ["unshare", "nsenter"] : [])].filter((tool) => !onPath(tool));

/** Starts what keeps the namespace, by its standard input, until it is told to end. */
function otherUser(): ChildProcess {
  const words = ["--user", "--map-user=33", "--map-group=33", "cat"];
  return spawn("unshare", words, { stdio: ["pipe", "ignore", "inherit"] });
}

describe(`Apache on this machine${missing.length > 0 ? ` (no ${missing.join(", ")})` : ""}`, function () {
  this.timeout(240_000);
  let product: Product;
  let keeper: ChildProcess | undefined;

  before(async function () {
    if (missing.length > 0) return this.skip();
    if (ROOT) {
      keeper = otherUser();
      await until("the namespace is there", () =>
        processTable().some(({ pid, command }) => pid === keeper?.pid && command === "cat"),
      );
    }
    const inside = ["nsenter", "--target", String(keeper?.pid), "--user", "--preserve-credentials"];
    product = await Product.make(ROOT ? inside : []);
    const sections = product.sections();
    product.configure({ ...sections, server: { accessLog: false, kind: "apache-uwsgi" } });
  });

  after(async () => {
    if (missing.length === 0) await product.dispose();
    keeper?.stdin?.end();
  });

  it("serves as another user than root", async () => {
    const { code, stderr } = await product.slipway("up", "--yes");
    expect(code, stderr).to.equal(0);
    expect(await product.serving()).to.equal("one");
    const servers = product.processes().filter(({ command }) => command.startsWith("/usr/sbin/apache2"));
    expect(servers.length).to.be.greaterThan(0);
  });

  it("has nothing to do when nothing has changed", async () => {
    expect((await product.up()).changed).to.equal(false);
  });

  it("rolls to a new version, and every visitor is answered all the while", async () => {
    const visitors = new Visitors(product.url, /<b>(.*)<\/b>/);
    product.setVersion("two");
    await product.up();
    const during = visitors.total;
    await until("there are many more visits", () => visitors.total > during + 200);
    const { answers, failures } = await visitors.leave();
    expect(failures).to.deep.equal([]);
    expect([...answers.keys()]).to.have.members(["one", "two"]);
  });

  it("goes without a trace", async () => {
    const { code, stderr } = await product.slipway("stop", "--purge", "--yes");
    expect(code, stderr).to.equal(0);
    await until("no process is left", () => product.processes().length === 0);
    expect(existsSync(product.root)).to.equal(false);
  });
});
