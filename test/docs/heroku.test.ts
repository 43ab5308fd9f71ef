/** docs/heroku.md, done as it says, on a simulated Heroku. */
import { expect } from "chai";
import { stateOf, type Slug } from "../../providers/rehearsal/heroku/app-state";
import { OperatedClouds } from "../rehearsal/support/operated-clouds";
import { FOLLOWED } from "./support/followed";
import { Reader } from "./support/reader";

describe("the document about heroku", function () {
  this.timeout(300_000);
  let clouds: OperatedClouds;

  before(async () => {
    clouds = await OperatedClouds.open([]);
  });
  after(() => clouds.close());

  it(FOLLOWED.heroku[0], async () => {
    const reader = new Reader(clouds.account.folder, clouds.environment);
    for (const program of ["heroku", "xdg-open"]) reader.program(program, "exit 0");
    const outputs = async (): Promise<Record<string, string>> =>
      JSON.parse((await reader.run("slipway outputs --stack shop-staging --json")).stdout) as Record<string, string>;
    const slug = (): Slug | undefined =>
      clouds.account.made("heroku:index/app:App").flatMap((app) => stateOf(app).slugs)[0];
    await reader.follow(FOLLOWED.heroku[0], {
      secret: () => "https://somebody:secret@logs.example.com/in",
      instead: async (line) => {
        if (line.includes("kind: slug")) return line.replace(UUID, slug()?.id ?? "");
        if (line.includes("kind: existing")) return line.replace(UUID, (await outputs())["pipelineId"] ?? "");
        return line;
      },
    });
    expect(clouds.heroku.asked.map(({ method }) => method)).to.include("POST");
  });
});

/** What stands on the page for an id that Heroku makes up. */
const UUID = "01234567-89ab-cdef-0123-456789abcdef";
