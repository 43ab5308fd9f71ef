import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { interruptedCreates } from "../../automation/engine/interrupted";
import { update } from "../../automation/engine/operations";
import { placeOf } from "../../automation/engine/project";
import type { OpenStack } from "../../automation/engine/stack";
import { stateFile } from "../../automation/engine/state-file";
import { failed } from "../rehearsal/support/left-over";

const urn = (name: string): string => `urn:pulumi:dev::shop::aws:ecs/cluster:Cluster::${name}`;

/** A stack in whose state there are these; nothing else of it is asked. */
function withState(deployment: unknown): OpenStack {
  return { stack: { exportStack: () => Promise.resolve({ version: 3, deployment }) } } as unknown as OpenStack;
}

describe("what was being made when an engine was killed", () => {
  const begun = (name: string, inputs: object = {}, type = "creating"): object => ({
    type,
    resource: { urn: urn(name), inputs },
  });

  it("is named, each once, but nothing that was being changed or removed", async () => {
    const pending_operations = [begun("one"), begun("one"), begun("two"), begun("three", {}, "deleting")];
    expect(await interruptedCreates(withState({ resources: [], pending_operations }))).to.deep.equal(["one", "two"]);
  });

  it("is known once it was made, and not because of what it was to replace", async () => {
    const resources = [
      { urn: urn("made"), inputs: { name: "a" } },
      { urn: urn("old"), inputs: { name: "a" } },
    ];
    const pending_operations = [begun("made", { name: "a" }), begun("old", { name: "b" })];
    expect(await interruptedCreates(withState({ resources, pending_operations }))).to.deep.equal(["old"]);
  });

  it("is nothing in a state without any, in none, and in one that cannot be read", async () => {
    expect(await interruptedCreates(withState({ resources: [], pending_operations: null }))).to.deep.equal([]);
    expect(await interruptedCreates(withState(null))).to.deep.equal([]);
    const broken = { stack: { exportStack: () => Promise.reject(new Error("no")) } } as unknown as OpenStack;
    expect(await interruptedCreates(broken)).to.deep.equal([]);
  });
});

describe("an engine that is killed after a create was refused, while it writes its state", () => {
  const project = mkdtempSync(path.join(tmpdir(), "slipway-killed-"));

  after(() => {
    rmSync(project, { recursive: true });
  });

  it("is told of together with what it was making, by the state of one step before", async () => {
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    const place = placeOf("dev", project);
    const file = stateFile(place);
    mkdirSync(path.dirname(file), { recursive: true });
    const pending_operations = [{ type: "creating", resource: { urn: urn("one") } }];
    writeFileSync(`${file}.bak`, JSON.stringify({ deployment: { resources: [], pending_operations } }));
    const stack = {
      up: ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => {
        const message = "creating: it exists already";
        onEvent({
          sequence: 1,
          timestamp: 0,
          diagnosticEvent: { urn: urn("one"), message, severity: "error", color: "" },
        });
        writeFileSync(file, '{"deployment"');
        return Promise.reject(new Error("Command was killed with SIGKILL"));
      },
      exportStack: () => Promise.resolve(JSON.parse(readFileSync(file, "utf8")) as object),
    };
    const error = await failed(update({ place, stack, program: {}, engineOptions: {} } as unknown as OpenStack));
    expect(error?.message).to.equal("one: creating: it exists already\nThe Pulumi engine was ended by SIGKILL.");
    expect(error?.mend).to.contain("one was being made when a deployment was interrupted");
  });
});
