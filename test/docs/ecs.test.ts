/** docs/ecs.md, done as it says, on a simulated AWS. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { OperatedClouds } from "../rehearsal/support/operated-clouds";
import { FOLLOWED } from "./support/followed";
import { Reader } from "./support/reader";

describe("the document about ecs", function () {
  this.timeout(300_000);
  let clouds: OperatedClouds;

  before(async () => {
    clouds = await OperatedClouds.open();
    clouds.fates = { web: { log: ["an error"] }, migrate: { exitCode: 0 } };
  });
  after(() => clouds.close());

  it(FOLLOWED.ecs[0], async () => {
    const reader = new Reader(clouds.account.folder, clouds.environment);
    reader.program("xdg-open", "exit 0");
    reader.program("session-manager-plugin", 'test "$1" != --version || echo 1.2.707.0');
    await reader.follow(FOLLOWED.ecs[0], {
      secret: () => "postgresql://shop:secret@db.example.com/shop",
      instead: (line) => {
        // There has to be something to go back from.
        if (line.includes("ecs.exec")) writeFileSync(path.join(reader.home, "src", "shop", "shop", "new.txt"), "2");
        return line;
      },
    });
  });
});
