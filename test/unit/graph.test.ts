import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect } from "chai";
import { drawingOf, type Card, type Drawing } from "../../automation/graph/drawing";
import { mermaidOf } from "../../automation/graph/mermaid";
import { PARTS } from "../../automation/graph/parts";
import { svgOf } from "../../automation/graph/svg";
import type { StateEntry } from "../../automation/engine/state";
import { CANARY, HOSTILE } from "./support/hostile";

const urn = (type: string, name: string): string => `urn:pulumi:prod::slipway::${type}::${name}`;

function entry(type: string, name: string, parent: string | undefined, more: Partial<StateEntry> = {}): StateEntry {
  return { type, urn: urn(type, name), ...(parent !== undefined && { parent }), id: name, inputs: {}, ...more };
}

const ROOT = urn("pulumi:pulumi:Stack", "slipway-prod");
const TARGET = urn("slipway:ecs:EcsStack", "shop");
const part = (type: string, name: string): StateEntry => entry(type, name, TARGET);
const subnet = (zone: string): StateEntry =>
  entry("aws:ec2/subnet:Subnet", `shop-network-${zone}`, urn("slipway:network:Network", "shop-network"), {
    inputs: { availabilityZone: `eu-central-1${zone}` },
  });
const NETWORK_URNS = ["a", "b"].map((zone) => subnet(zone).urn);

function stack(count: number, multiAz: boolean): StateEntry[] {
  const web = urn("slipway:container:ContainerService", "shop-web");
  const database = urn("slipway:database:Database", "shop-database");
  return [
    entry("pulumi:pulumi:Stack", "slipway-prod", undefined),
    entry("slipway:ecs:EcsStack", "shop", ROOT),
    part("slipway:network:Network", "shop-network"),
    part("slipway:ecs:Cluster", "shop-cluster"),
    part("slipway:database:Database", "shop-database"),
    part("slipway:network:SecurityGroup", "shop-guard-web"),
    part("slipway:container:ContainerService", "shop-web"),
    subnet("a"),
    subnet("b"),
    entry("aws:ec2/natGateway:NatGateway", "shop-network-nat", urn("slipway:network:Network", "shop-network")),
    entry("aws:ecs/cluster:Cluster", "shop-cluster-cluster", urn("slipway:ecs:Cluster", "shop-cluster")),
    entry(
      "aws:ec2/securityGroup:SecurityGroup",
      "shop-guard-web-group",
      urn("slipway:network:SecurityGroup", "shop-guard-web"),
    ),
    entry("aws:rds/subnetGroup:SubnetGroup", "shop-database-subnets", database, {
      propertyDependencies: { subnetIds: NETWORK_URNS },
    }),
    entry("aws:rds/instance:Instance", "shop-database-instance", database, {
      inputs: { engine: "mariadb", instanceClass: "db.t4g.micro", multiAz },
    }),
    entry("aws:ecs/service:Service", "shop-web-service", web, {
      inputs: { desiredCount: count },
      propertyDependencies: {
        cluster: [urn("aws:ecs/cluster:Cluster", "shop-cluster-cluster")],
        taskDefinition: [urn("aws:rds/instance:Instance", "shop-database-instance")],
        networkConfiguration: [...NETWORK_URNS, urn("aws:ec2/securityGroup:SecurityGroup", "shop-guard-web-group")],
      },
    }),
  ];
}

const cardOf = ({ cards }: Drawing, title: string): Card => {
  const found = cards.find((card) => card.title === title);
  if (found === undefined)
    throw new Error(`There is no card ${title} among ${cards.map((card) => card.title).join(", ")}.`);
  return found;
};

describe("the picture of a stack", () => {
  it("has a card for each part, in its network, with what it needs and uses", () => {
    const drawing = drawingOf("prod", stack(2, true));
    expect(drawing.cards.map(({ title }) => title).sort()).to.deep.equal(["cluster", "database", "network", "web"]);
    const web = cardOf(drawing, "web");
    expect(web).to.deep.include({ group: "network", uses: ["cluster"], zones: ["eu-central-1a", "eu-central-1b"] });
    expect(web.lines).to.deep.equal(["service: 2 tasks", "and 1 more resource"]);
    expect(cardOf(drawing, "database").lines[0]).to.equal("database: mariadb db.t4g.micro");
    expect(cardOf(drawing, "cluster").group).to.equal("shared");
    expect(drawing.needs).to.deep.equal([[web.id, cardOf(drawing, "database").id]]);
  });

  it("says what is a single point of failure, and why", () => {
    const weak = drawingOf("prod", stack(1, false));
    expect(cardOf(weak, "web").weaknesses).to.deep.equal(["one task only"]);
    expect(cardOf(weak, "database").weaknesses).to.deep.equal(["no standby in another zone"]);
    expect(cardOf(weak, "network").weaknesses).to.deep.equal(["1 NAT gateway for 2 zones"]);
    const strong = drawingOf("prod", stack(2, true));
    expect(["web", "database"].map((title) => cardOf(strong, title).weaknesses)).to.deep.equal([[], []]);
    expect(svgOf(weak)).to.contain("no standby in another zone").and.to.contain("⚠ single point of failure");
    expect(svgOf(strong).match(/stroke-dasharray="6 4"/g)).to.have.length(1);
  });

  it("knows when each kind of part is weak", () => {
    const cases: [string, object, object][] = [
      ["aws:ecs/service:Service", { desiredCount: 2 }, { desiredCount: 1 }],
      ["aws:rds/instance:Instance", { multiAz: true }, {}],
      ["aws:mq/broker:Broker", { deploymentMode: "CLUSTER_MULTI_AZ" }, { deploymentMode: "SINGLE_INSTANCE" }],
      ["aws:autoscaling/group:Group", { minSize: 2 }, { minSize: 1 }],
      ["heroku:index/formation:Formation", { quantity: 2 }, { quantity: 1 }],
      ["heroku:index/addon:Addon", { plan: "heroku-postgresql:premium-0" }, { plan: "heroku-postgresql:standard-0" }],
      [
        "aws:elasticbeanstalk/environment:Environment",
        { settings: [{ namespace: "aws:autoscaling:asg", name: "MinSize", value: "2" }] },
        { settings: [{ namespace: "aws:autoscaling:asg", name: "MinSize", value: "1" }] },
      ],
      [
        "aws:elasticache/replicationGroup:ReplicationGroup",
        { numCacheClusters: 2, automaticFailoverEnabled: true },
        { numCacheClusters: 2, automaticFailoverEnabled: false },
      ],
    ];
    for (const [type, strong, weak] of cases) {
      expect(PARTS[type]?.weakness?.(strong as Record<string, unknown>), type).to.equal(undefined);
      expect(PARTS[type]?.weakness?.(weak as Record<string, unknown>), type).to.be.a("string");
    }
    expect(
      Object.entries(PARTS).filter(([type, { weakness }]) => weakness && !type.startsWith("host:")).length,
    ).to.equal(cases.length);
  });

  it("marks what changes by the most serious change, and what is new apart", () => {
    const service = urn("aws:ecs/service:Service", "shop-web-service");
    const change = { type: "aws:ecs/service:Service", name: "shop-web-service", urn: service };
    const drawing = drawingOf("prod", stack(2, true), [
      { ...change, operation: "update" },
      { ...change, operation: "replace" },
      {
        operation: "create",
        type: "aws:s3/bucket:Bucket",
        name: "shop-files",
        urn: urn("aws:s3/bucket:Bucket", "shop-files"),
      },
    ]);
    expect(cardOf(drawing, "web")).to.include({ change: "replace", changed: "1 to replace, 1 to update" });
    expect(cardOf(drawing, "new")).to.deep.include({ change: "create", lines: ["shop-files"] });
    expect(svgOf(drawing)).to.contain("to replace").and.to.contain("to create");
    expect(mermaidOf(drawing))
      .to.match(/class n\d+ replace/)
      .and.to.match(/class n\d+ create/);
  });

  it("is well-formed, and no card lies on another", () => {
    const svg = svgOf(drawingOf("prod", stack(1, false)));
    expect(XMLValidator.validate(svg)).to.equal(true);
    const boxes = [...svg.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" rx="7"/g)].map(
      (found) => found.slice(1).map(Number),
    );
    expect(boxes).to.have.length(4);
    for (const [x = 0, y = 0, width = 0, height = 0] of boxes)
      for (const [left = 0, top = 0] of boxes)
        expect(left > x && left < x + width && top > y && top < y + height).to.equal(false);
    const [, width = "0", height = "0"] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
    for (const [x = 0, y = 0, w = 0, h = 0] of boxes)
      expect([x + w < Number(width), y + h < Number(height)]).to.deep.equal([true, true]);
  });

  it("opens no envelope of a secret", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: `"${CANARY}"` };
    const resources = stack(2, true).map((resource) => ({
      ...resource,
      inputs: { ...resource.inputs, engine: secret },
    }));
    const drawing = drawingOf("prod", resources);
    expect(JSON.stringify(drawing) + svgOf(drawing) + mermaidOf(drawing)).not.to.contain(CANARY);
    expect(cardOf(drawing, "database").lines[0]).to.equal("database: db.t4g.micro");
  });

  it("stays one whatever stands in it", () => {
    const parser = new XMLParser({ ignoreAttributes: false });
    for (const text of HOSTILE.filter((each) => each.length < 200)) {
      const resources = stack(2, true).map((resource) => ({
        ...resource,
        inputs: { ...resource.inputs, engine: text },
      }));
      const changes = [{ operation: "create", type: text, name: text, urn: text }];
      const drawing = drawingOf(text, resources, changes);
      const svg = svgOf(drawing);
      expect(XMLValidator.validate(svg), text).to.equal(true);
      const tags = new Set([...svg.matchAll(/<([a-zA-Z]+)/g)].map(([, tag]) => tag));
      expect([...tags].sort()).to.deep.equal([
        "defs",
        "g",
        "line",
        "marker",
        "path",
        "rect",
        "style",
        "svg",
        "text",
        "title",
      ]);
      expect(Object.keys(parser.parse(svg) as object)).to.deep.equal(["svg"]);
      const lines = mermaidOf(drawing).split("\n");
      const known =
        /^(flowchart LR| {2}(subgraph (network|shared)|end|n\d+ --> n\d+|class(Def)? [\w ]+.*)| {2,4}n\d+\["[^"\]]*"\])$/;
      expect(lines.filter((line) => !known.test(line))).to.deep.equal([]);
    }
  });
});
