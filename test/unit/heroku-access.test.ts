/** How Heroku is reached: the key for its API, and its command line. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { SlipwayError } from "../../automation/errors";
import { accessOf } from "../../automation/heroku/api";
import { execIn } from "../../automation/heroku/exec";

describe("access to Heroku", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-heroku-access-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is the environment's, else that of `heroku login`", () => {
    const netrc = path.join(folder, ".netrc");
    writeFileSync(
      netrc,
      "machine api.github.com\n  password other\nmachine api.heroku.com\n  login me\n  password mine\n",
    );
    expect(accessOf({ HEROKU_API_KEY: "own", HEROKU_API_URL: "http://localhost" }, netrc)).to.deep.equal({
      key: "own",
      url: "http://localhost",
    });
    expect(accessOf({}, netrc)).to.deep.equal({ key: "mine" });
    expect(() => accessOf({}, path.join(folder, "none"))).to.throw(SlipwayError, "no key");
  });

  it("runs a command by Heroku's command line, as the application's, and ends as it does", async () => {
    const written = path.join(folder, "written");
    const command = path.join(folder, "heroku");
    writeFileSync(command, `#!/bin/sh\nprintf '%s\\n' "$@" > ${written}\nexit 7\n`);
    chmodSync(command, 0o755);
    const before = process.env["PATH"];
    process.env["PATH"] = `${folder}${path.delimiter}${before ?? ""}`;
    try {
      expect(await execIn("shop", ["flask", "shell", "-c", "print('hello')"], {})).to.equal(7);
    } finally {
      process.env["PATH"] = before;
    }
    expect(readFileSync(written, "utf8").split("\n")).to.deep.equal([
      ...["run", "--exit-code", "--app", "shop", "--"],
      `python .slipway/slipway_heroku.py flask shell -c 'print('\\''hello'\\'')'`,
      "",
    ]);
  });
});
