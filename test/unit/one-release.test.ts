import { expect } from "chai";
import type { TargetName } from "../../components/config";
import { refuseMixed } from "../../automation/releases/one-release";
import { SlipwayError } from "../../automation/errors";

describe("what the targets of a stack serve", () => {
  const outputs = { local: { release: "aaaa" }, beanstalk: { release: "bbbb" } };
  const serving = (local: string, beanstalk: string): Map<TargetName, string> =>
    new Map<TargetName, string>([
      ["local", local],
      ["beanstalk", beanstalk],
    ]);

  it("is one release where one deployment made it, whatever it is called on each", () => {
    expect(() => refuseMixed("prod", serving("aaaa", "bbbb"), outputs)).not.to.throw();
  });

  it("is one release on one target, however that came to serve", () => {
    expect(() => refuseMixed("prod", new Map([["local", "cccc"]]), outputs)).not.to.throw();
  });

  it("is none where a target did not come to it, or went on alone", () => {
    expect(() => refuseMixed("prod", serving("cccc", "bbbb"), outputs))
      .to.throw(SlipwayError, "prod serves cccc on local, bbbb on beanstalk")
      .with.property("mend", "slipway up --stack prod");
    expect(() => refuseMixed("prod", serving("aaaa", "aaaa"), outputs)).to.throw("made it bbbb on beanstalk");
    expect(() => refuseMixed("prod", serving("aaaa", "bbbb"), {})).to.throw(SlipwayError);
  });
});
