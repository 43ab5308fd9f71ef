/** A plan of the production stack against AWS CDK's synthesis of a like one, and what further applications cost. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { getProject } from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { checkSettings, describeWorkload, EcsStack, type SettingsInput } from "../components";
import { awsProvider } from "../components/aws-provider";
import { packageRoot } from "../components/package-root";
import { RehearsalProject } from "../test/rehearsal/support/rehearsal-project";
import { median, ratio, spread, timed, type BenchProject, type Benchmark, type Section } from "./support";

const RUNS = 5;
const APPS = [1, 5, 20] as const;
const REGION = "eu-central-1";
const CDK = path.join(packageRoot, "bench", "cdk");

/** Whole processes, in turn: `slipway rehearse --plan` and `cdk synth`. */
export const plan: Benchmark = { title: "A plan of the production stack", measure: measurePlan };

async function measurePlan({ folder }: BenchProject): Promise<Section> {
  const { config } = parse(readFileSync(path.join(packageRoot, "Pulumi.prod.yaml"), "utf8")) as {
    config: Record<string, Record<string, unknown>>;
  };
  const app = { ...config["slipway:app"], source: path.join(packageRoot, "app-templates", "blog") };
  writeFileSync(path.join(folder, "Pulumi.prod.yaml"), stringify({ config: { ...config, "slipway:app": app } }));
  await timed("npm", ["ci", "--prefix", CDK, "--no-audit", "--no-fund"]);
  const slipway = path.join(packageRoot, "bin", "slipway.mjs");
  const ours: number[] = [];
  const theirs: number[] = [];
  let resources = 0;
  for (let run = 0; run < RUNS; run++) {
    const words = [slipway, "rehearse", "--plan", "--json", "--stack", "prod"];
    const plan = await timed("node", words, { SLIPWAY_PROJECT: folder });
    const { steps } = JSON.parse(plan.stdout) as { steps: { result: { changes: unknown[] } }[] };
    resources = steps[0]?.result.changes.length ?? 0;
    ours.push(plan.seconds);
    theirs.push(
      (
        await timed(
          path.join(CDK, "node_modules", ".bin", "cdk"),
          ["synth", "--quiet", "--output", path.join(folder, "cdk.out")],
          {},
          CDK,
        )
      ).seconds,
    );
  }
  return {
    tables: [
      {
        head: ["what", "whole process", "ratio"],
        rows: [
          [`slipway rehearse --plan (${resources} resources, policies judged)`, spread(ours, "s"), ratio(ours, theirs)],
          ["cdk synth of a like stack (74 resources)", spread(theirs, "s"), "1.00"],
        ],
      },
    ],
    notes: [
      `${RUNS} runs each, in turn. \`cdk synth\` with the newest AWS CDK, as it comes: templates are validated.`,
      "The plan goes through the real engine, which asks the simulated clouds about every resource.",
    ],
  };
}

/** Plans of one program with more and more applications in it. */
export const scale: Benchmark = {
  title: "Time for each resource, with more applications in one program",
  measure: measureScale,
};

async function measureScale(): Promise<Section> {
  const rows: string[][] = [];
  let base: number | undefined;
  for (const count of APPS) {
    const project: RehearsalProject = new RehearsalProject({ program: () => program(project.folder, count) });
    const seconds: number[] = [];
    let resources = 0;
    try {
      for (let run = 0; run < 3; run++) {
        const plan = await project.preview();
        resources = plan.changes.length;
        seconds.push(plan.seconds);
      }
    } finally {
      project.dispose();
    }
    const each = (1000 * median(seconds)) / resources;
    base ??= each;
    rows.push([
      String(count),
      String(resources),
      spread(seconds, "s"),
      `${each.toFixed(1)} ms`,
      (each / base).toFixed(2),
    ]);
  }
  return {
    tables: [{ head: ["applications", "resources", "plan", "for each resource", "against one application"], rows }],
    notes: ["Plans in process through the real engine on simulated clouds, 3 runs each."],
  };
}

async function program(folder: string, count: number): Promise<Record<string, unknown>> {
  const tags = { "slipway:project": getProject() };
  const provider = awsProvider("aws", { "aws:region": REGION }, {}, tags);
  for (let index = 0; index < count; index++) {
    const name = `shop${index}`;
    const input: SettingsInput = {
      app: { name, source: "app", entry: "shop:app", celery: "shop:celery" },
      processes: { web: {}, worker: {}, beat: {} },
      targets: ["ecs"],
    };
    const settings = checkSettings(input, { stack: "prod", available: ["ecs"] });
    const workload = await describeWorkload(settings, folder, "prod", "nginx-uwsgi");
    const { environment, ecs } = settings;
    new EcsStack(name, { workload, environment, ecs, folder: path.join(folder, name) }, { providers: [provider] });
  }
  return {};
}
