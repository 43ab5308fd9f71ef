/** docs/beanstalk.md, done as it says, on a simulated AWS. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { OperatedClouds } from "../rehearsal/support/operated-clouds";
import { FOLLOWED } from "./support/followed";
import { Reader } from "./support/reader";

describe("the document about beanstalk", function () {
  this.timeout(300_000);
  let clouds: OperatedClouds;

  before(async () => {
    clouds = await OperatedClouds.open([]);
    clouds.fates = { web: { log: ["an error"] } };
  });
  after(() => clouds.close());

  it(FOLLOWED.beanstalk[0], async () => {
    const reader = new Reader(clouds.account.folder, clouds.environment);
    reader.program("xdg-open", "exit 0");
    reader.program("session-manager-plugin", 'test "$1" != --version || echo 1.2.707.0');
    await reader.follow(FOLLOWED.beanstalk[0], {
      instead: (line) => {
        // There has to be something to go back from.
        if (line.includes("beanstalk.exec"))
          writeFileSync(path.join(reader.home, "src", "shop", "shop", "new.txt"), "2");
        return line;
      },
    });
  });
});
