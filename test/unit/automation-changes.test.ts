import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { changeOf, diagnosticOf, withoutSecrets } from "../../automation/engine/changes";

const URN = "urn:pulumi:dev::slipway::slipway:local:LocalApp$host:index:Program::blog-web";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "canary" };

/** An event of the engine about to take a step. */
function step(metadata: object): EngineEvent {
  return {
    sequence: 1,
    timestamp: 0,
    resourcePreEvent: { metadata: { op: "update", urn: URN, type: "host:index:Program", provider: "", ...metadata } },
  } as unknown as EngineEvent;
}

describe("changes", () => {
  it("are named, and carry each property with its old and new value", () => {
    const change = changeOf(
      step({
        old: { inputs: { count: 2, ready: { http: "/a" }, gone: 1 } },
        new: { inputs: { count: 3, ready: { http: "/b" }, words: ["x"] } },
        detailedDiff: {
          count: { diffKind: "update", inputDiff: true },
          "ready.http": { diffKind: "update-replace", inputDiff: true },
          gone: { diffKind: "delete", inputDiff: true },
          "words[0]": { diffKind: "add", inputDiff: true },
        },
      }),
    );
    expect(change).to.include({ name: "blog-web", operation: "update", type: "host:index:Program" });
    expect(change?.properties).to.deep.equal([
      { path: "count", kind: "update", replaces: false, old: "2", new: "3" },
      { path: "gone", kind: "delete", replaces: false, old: "1" },
      { path: "ready.http", kind: "update", replaces: true, old: "/a", new: "/b" },
      { path: "words[0]", kind: "add", replaces: false, new: "x" },
    ]);
  });

  it("never show a secret, whole, inside a value, or below one", () => {
    const change = changeOf(
      step({
        old: { inputs: { token: SECRET, environment: SECRET, list: [{ inner: SECRET }] } },
        new: { inputs: { token: "[secret]", environment: SECRET, list: [{ inner: SECRET }] } },
        detailedDiff: {
          token: { diffKind: "update", inputDiff: true },
          "environment.KEY": { diffKind: "update", inputDiff: true },
          list: { diffKind: "update", inputDiff: true },
        },
      }),
    );
    expect(JSON.stringify(change)).not.to.contain("canary").and.not.to.contain("ciphertext");
    expect(change?.properties.find(({ path }) => path === "environment.KEY")).to.include({
      old: "[secret]",
      new: "[secret]",
    });
  });

  it("are not those that leave a resource as it is, nor Pulumi's own resources", () => {
    for (const op of ["same", "refresh", "read"]) expect(changeOf(step({ op }))).to.equal(undefined);
    expect(changeOf(step({ type: "pulumi:pulumi:Stack" }))).to.equal(undefined);
    expect(changeOf({ sequence: 1, timestamp: 0 })).to.equal(undefined);
  });

  it("come with what the engine says, without its colour marks and without what is only for a moment", () => {
    const said = { message: "<{%reset%}>port \u001b[31mtaken\u001b[0m\n", urn: URN, severity: "error", color: "" };
    expect(diagnosticOf({ diagnosticEvent: said } as unknown as EngineEvent)).to.deep.equal({
      severity: "error",
      message: "port taken",
      resource: "blog-web",
    });
    expect(diagnosticOf({ diagnosticEvent: { ...said, ephemeral: true } } as unknown as EngineEvent)).to.equal(
      undefined,
    );
  });

  it("leave secrets out of outputs", () => {
    expect(withoutSecrets({ url: "x", key: SECRET, other: "[secret]" })).to.deep.equal({ url: "x" });
  });
});
