/** A stack of the target beanstalk without an engine: what it registers, for any config. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  BeanstalkStack,
  checkSettings,
  describeWorkload,
  type BeanstalkStackArgs,
  type SettingsInput,
} from "../../../components";
import { TARGET_SERVERS } from "../../../components/config";
import { packageRoot } from "../../../components/package-root";
import { AWS_ANSWERS, AWS_COMPUTED, AWS_NAMES } from "./aws-mocks";
import { HELLO as ECS_HELLO, SHOP as ECS_SHOP } from "./ecs";
import { graphText, registeredBy, type Registered } from "./resource-graph";

/** An application with everything. */
export const SHOP: SettingsInput = { ...ECS_SHOP, targets: ["beanstalk"] };

/** An application that is only web. */
export const HELLO: SettingsInput = { ...ECS_HELLO, targets: ["beanstalk"] };

export type BeanstalkInput = NonNullable<SettingsInput["beanstalk"]>;

/** What the stack registers, also as text without account, region, versions and times. */
export async function registerBeanstalk(
  input: SettingsInput,
  more: Partial<BeanstalkStackArgs> = {},
): Promise<{ registered: Registered[]; text: string; outputs: Record<string, unknown> }> {
  const settings = checkSettings(input, { stack: "dev", available: ["beanstalk"] });
  const workload = await describeWorkload(settings, packageRoot, "dev", TARGET_SERVERS.beanstalk);
  workload.release.commit = "abcdef0";
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-beanstalk-"));
  const outputs: Record<string, unknown> = {};
  try {
    const registered = await registeredBy(
      () => {
        const { url, release, environments, versions, database, queues, dashboard } = new BeanstalkStack(
          settings.app.name,
          {
            workload,
            environment: settings.environment,
            beanstalk: settings.beanstalk,
            secrets: pulumi.secret(settings.secrets),
            secretNames: Object.keys(settings.secrets).sort(),
            longestEta: settings.processes.worker?.longestEta ?? 0,
            folder,
            ...more,
          },
        );
        const all = { url, release, environments, versions, database, queues, dashboard };
        for (const [name, value] of Object.entries(all)) {
          pulumi.output(value).apply((resolved) => (outputs[name] = resolved));
        }
      },
      AWS_COMPUTED,
      AWS_ANSWERS,
    );
    const names = { [workload.release.version]: "<version>", [folder]: "<folder>", [packageRoot]: "<checkout>" };
    const text = graphText(registered, { ...names, ...AWS_NAMES })
      .replaceAll(/-\d{8}-\d{6}\b/g, "-<time>")
      .replaceAll(/\b(web|worker)-[0-9a-f]{12}\.zip\b/g, "$1-<digest>.zip");
    return { registered, text, outputs };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
