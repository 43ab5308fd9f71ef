/** docs/beanstalk.md, done as it says, on a simulated AWS. */
import { OperatedClouds } from "../rehearsal/support/operated-clouds";
import { FOLLOWED } from "./support/followed";
import { Reader } from "./support/reader";

describe("the document about beanstalk", function () {
  this.timeout(300_000);
  let clouds: OperatedClouds;

  before(async () => {
    clouds = await OperatedClouds.open([]);
  });
  after(() => clouds.close());

  it(FOLLOWED.beanstalk[0], async () => {
    const reader = new Reader(clouds.account.folder, clouds.environment);
    reader.program("xdg-open", "exit 0");
    await reader.follow(FOLLOWED.beanstalk[0]);
  });
});
