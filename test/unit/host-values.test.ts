import { expect } from "chai";
import * as fc from "fast-check";
import { redact } from "../../providers/host/redact";
import { UNKNOWN, differences, hasUnknown, receive, send } from "../../providers/protocol/values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("host provider: values", () => {
  it("unwraps secrets wherever they are, and remembers the property", () => {
    const wire = { environment: { KEY: { [SIGNATURE]: SECRET, value: "x" } }, name: "web" };
    const { values, secrets } = receive(wire);
    expect(values).to.deep.equal({ environment: { KEY: "x" }, name: "web" });
    expect([...secrets]).to.deep.equal(["environment"]);
  });

  it("marks secret properties when it sends them", () => {
    const wire = send({ url: "redis://", port: 1, gone: undefined }, new Set(["url"]));
    expect(wire).to.deep.equal({ url: { [SIGNATURE]: SECRET, value: "redis://" }, port: 1 });
  });

  it("keeps unknown values unknown both ways", () => {
    const { values } = receive({ release: UNKNOWN_ON_WIRE, command: ["run", UNKNOWN_ON_WIRE] });
    expect(values["release"]).to.equal(UNKNOWN);
    expect(hasUnknown(values["command"])).to.equal(true);
    expect(send(values, new Set())).to.deep.equal({ release: UNKNOWN_ON_WIRE, command: ["run", UNKNOWN_ON_WIRE] });
  });

  it("sends what it received", () => {
    const wire = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(wire, (properties) => {
        const sent = send(receive(properties).values, new Set());
        expect(JSON.stringify(sent)).to.equal(JSON.stringify(properties));
      }),
    );
  });

  it("names what differs, down to entries of objects", () => {
    const olds = { environment: { A: "1", B: "2" }, count: 1, same: ["x"], gone: true };
    const news = { environment: { A: "1", B: "3", "C.d": "4" }, count: UNKNOWN, same: ["x"] };
    expect(differences(olds, news as never)).to.deep.equal([
      { path: "environment.B", kind: "update" },
      { path: 'environment["C.d"]', kind: "add" },
      { path: "count", kind: "update" },
      { path: "gone", kind: "delete" },
    ]);
  });

  it("blanks secrets out of messages", () => {
    const environment = { SECRET_KEY: "hunter22", DB_URI: "postgres://u:pw@h/d", WEBAPP_ENV: "dev" };
    const message = "dev: hunter22 at postgres://u:pw@h/d and redis://:abc@127.0.0.1:1/0";
    expect(redact(message, environment)).to.equal("dev: *** at postgres://u:***@h/d and redis://:***@127.0.0.1:1/0");
  });

  it("blank out what the environment itself lists as secret, whatever its name", () => {
    const environment = { PARTNER: "canary-1", COLOUR: "turquoise", SLIPWAY_SECRETS: "PARTNER,OTHER" };
    expect(redact("canary-1 is turquoise; PARTNER,OTHER", environment)).to.equal("*** is turquoise; PARTNER,OTHER");
  });
});
