/** The document about the command line, done as it says. */
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
});
