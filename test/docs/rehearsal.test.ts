/** The documents about clouds that are simulated, and about what a change would do to them, done as they say. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { OperatedClouds } from "../rehearsal/support/operated-clouds";
import { WEB_ONLY } from "../rehearsal/support/account";
import { CommentsServer } from "../unit/support/comments-server";
import { blocksOf } from "./support/documents";
import { FOLLOWED } from "./support/followed";
import { Reader } from "./support/reader";

describe("the documents about rehearsals and pull requests", function () {
  this.timeout(900_000);
  let clouds: OperatedClouds;
  let server: CommentsServer;
  let reader: Reader;

  before(async () => {
    server = await CommentsServer.start("github");
    clouds = await OperatedClouds.open();
    const { folder } = clouds.account;
    const environment = {
      ...clouds.environment,
      GITHUB_API_URL: server.url,
      GITHUB_EVENT_PATH: path.join(folder, "event.json"),
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_TOKEN: "the-token",
    };
    writeFileSync(environment.GITHUB_EVENT_PATH, JSON.stringify({ pull_request: { number: 7 } }));
    const given = blocksOf("docs/rehearsal.md").find(({ text }) => text.includes("aws:ec2/vpc:Vpc"));
    writeFileSync(path.join(folder, "account.yaml"), given?.text ?? "");
    reader = new Reader(folder, environment);
    // Small, as each of its rehearsals takes its time.
    clouds.account.stack("prod", {
      ...WEB_ONLY,
      app: { ...WEB_ONLY.app, source: "app-prod" },
      targets: ["beanstalk"],
      beanstalk: { network: { kind: "new" } },
    });
    const { code, stderr } = await reader.run("slipway up --stack prod --yes");
    expect(code, stderr).to.equal(0);
  });
  after(async () => {
    server.stop();
    await clouds.close();
  });

  for (const document of FOLLOWED.rehearsal) it(document, () => reader.follow(document));

  it("leave one comment on the pull request", () => {
    expect(server.comments).to.have.length(1);
  });
});
