/** docs/beanstalk.md, done as it says, on a simulated AWS. */
import { OperatedClouds } from "../rehearsal/support/operated-clouds";
import { Reader } from "./support/reader";

describe("docs/beanstalk.md", function () {
  this.timeout(200_000);
  let clouds: OperatedClouds;

  before(async () => {
    clouds = await OperatedClouds.open([]);
  });
  after(() => clouds.close());

  it("leads from nothing to a URL, and on", async () => {
    const reader = new Reader(clouds.account.folder, clouds.environment);
    reader.program("xdg-open", "exit 0");
    await reader.follow("docs/beanstalk.md");
  });
});
