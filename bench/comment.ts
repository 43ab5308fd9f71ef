/** What a comment costs beside the preview that it is made from. */
import { commentMarkdown, type StackReport } from "../automation/comment";
import { spread, type Benchmark, type Section } from "./support";

const RUNS = 9;
const RESOURCES = [30, 300, 3000] as const;

/** Renders the comment of ever larger differences. */
export const comment: Benchmark = { title: "The comment on a pull request", measure: measureComment };

async function measureComment(): Promise<Section> {
  const rows = RESOURCES.map((count) => {
    const reports = [reportOf(count)];
    const seconds: number[] = [];
    let parts = 0;
    for (let run = 0; run < RUNS; run++) {
      const begun = performance.now();
      parts = commentMarkdown(reports, { environment: process.env }).length;
      seconds.push((performance.now() - begun) / 1000);
    }
    return [String(count), String(parts), spread(seconds, "s", 3)];
  });
  return {
    tables: [{ head: ["resources that change", "comments", "beside the preview"], rows }],
    notes: [`${RUNS} runs each. Every resource has three properties, one of them a task definition of 6 KB.`],
  };
}

function reportOf(count: number): StackReport {
  const definition = (image: string): string =>
    JSON.stringify([
      {
        name: "web",
        environment: Array.from({ length: 100 }, (_, at) => ({ name: `KEY_${at}`, value: "x".repeat(30) })),
        image,
      },
    ]);
  const properties = [
    {
      path: "containerDefinitions",
      kind: "update" as const,
      replaces: true,
      old: definition("shop:1"),
      new: definition("shop:2"),
    },
    { path: "desiredCount", kind: "update" as const, replaces: false, old: "2", new: "3" },
    {
      path: "arn",
      kind: "update" as const,
      replaces: false,
      old: "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:1",
    },
  ];
  const changes = Array.from({ length: count }, (_, at) => ({
    operation: "replace",
    urn: `urn:pulumi:prod::slipway::aws:ecs/taskDefinition:TaskDefinition::shop-${at}`,
    type: "aws:ecs/taskDefinition:TaskDefinition",
    name: `shop-${at}`,
    properties,
  }));
  return { stack: "prod", basis: "deployed", plan: { changes, unchanged: 0, drift: [] }, policies: [] };
}
