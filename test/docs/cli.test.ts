/** The document about the command line, done as it says. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../components/package-root";
import { FOLLOWED } from "./support/followed";
import { LocalProject } from "./support/local";

describe("the document about the command line", function () {
  this.timeout(900_000);
  let project: LocalProject;

  before(async () => {
    project = await LocalProject.open();
  });

  after(() => project.close());

  for (const document of FOLLOWED.cli) it(document, () => project.follow(document));

  it("README.md has the picture that is drawn of the production stack", async () => {
    await project.slipway("graph --stack prod --rehearse --output prod.svg");
    const [kept, drawn] = [path.join(packageRoot, "docs", "pictures"), project.folder].map((folder) =>
      readFileSync(path.join(folder, "prod.svg"), "utf8"),
    );
    expect(drawn, "slipway graph --stack prod --rehearse --output docs/pictures/prod.svg").to.equal(kept);
  });
});
