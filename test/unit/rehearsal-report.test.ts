import { stripVTControlCharacters as plain } from "node:util";
import { expect } from "chai";
import { staying } from "../../automation/rehearsal/state";
import { rehearsalText } from "../../automation/terminal/rehearsal";

describe("the report of a rehearsal", () => {
  it("knows what stays: what is protected, what that needs, and what is only forgotten", () => {
    const of = (name: string, more: object = {}): { urn: string; type: string; id: string } => ({
      urn: name,
      type: "aws:x/y:Y",
      id: name,
      ...more,
    });
    const resources = [
      of("vpc"),
      of("subnet", { propertyDependencies: { vpcId: ["vpc"] } }),
      of("database", { protect: true, dependencies: ["subnet"] }),
      of("task", { retainOnDelete: true, dependencies: ["role"] }),
      of("role"),
      of("service", { dependencies: ["database"] }),
    ];
    expect(staying(resources).map(({ id }) => id)).to.have.members(["vpc", "subnet", "database", "task"]);
  });

  it("sums up short steps, counts what is kept, and tells a refusal once", () => {
    const path = [900, 1, 2].map((seconds, at) => ({
      name: `r${at}`,
      type: "t",
      operation: "create" as const,
      seconds,
    }));
    const message = "The CIDR is taken.";
    const text = plain(
      rehearsalText({
        stack: "prod",
        folder: "",
        ended: "failed",
        orphans: [],
        kept: [1, 2].map((at) => ({ type: "aws:ec2/subnet:Subnet", id: `subnet-${at}`, resource: `part-${at}` })),
        refusals: [
          { step: "deploy", operation: "create", type: "aws:ec2/subnet:Subnet", name: "part", message, code: "InUse" },
        ],
        steps: [
          {
            name: "deploy",
            failure: { kind: "failed", message: `part: creating: ${message}\nnet: lost`, mend: "again" },
            prediction: { seconds: 903, path },
          },
        ],
      }),
    );
    expect(text).to.match(/✖ deploy +failed +15m 3s/);
    expect(text.split(message).length).to.equal(2);
    expect(text).to.match(/deploy failed:\n {2}net: lost\n {2}mend: again/);
    expect(text).to.match(/r0 +create +15m 0s\n +2 more, one after another +3s/);
    expect(text).to.match(/destroy would leave.*:\n {2}2 EC2 Subnet: part-1, part-2/);
    expect(text).to.match(/prod: rehearsal failed$/);
  });
});
