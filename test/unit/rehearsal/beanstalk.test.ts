import { truncateSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { elasticbeanstalk } from "../../../providers/rehearsal/aws/elasticbeanstalk";
import { s3 } from "../../../providers/rehearsal/aws/s3";
import { OBJECTS } from "../../../providers/rehearsal/aws/s3/types";
import type { Values } from "../../../providers/rehearsal/model";
import {
  APPLICATION,
  BASE,
  BUCKET,
  ENVIRONMENT,
  RIGHT,
  VERSION,
  application,
  release,
  things,
} from "../support/beanstalk-things";
import { testRules } from "../support/rule-table";
import { worldFolder, type SimulatedCloud } from "../support/simulated-cloud";

const models = [...s3, ...elasticbeanstalk];
const SERVICE_ROLE = "arn:aws:iam::123456789012:role/service";
const MEGABYTE = 1024 * 1024;

/** An object of so many bytes, of which none is written. */
const upload = async (cloud: SimulatedCloud, size = 1, region?: string): Promise<Values> => {
  const file = path.join(worldFolder(), "bundle.zip");
  writeFileSync(file, "");
  truncateSync(file, size);
  const bucket = `bundles-${region ?? "here"}`;
  await cloud.create(BUCKET, { bucket, ...(region !== undefined && { region }) });
  await cloud.create(OBJECTS[1], { bucket, key: "1.zip", source: { path: file, hash: "1" } });
  return { bucket, key: "1.zip" };
};
const lifecycle = (more: Values): Values => ({ appversionLifecycle: { serviceRole: SERVICE_ROLE, ...more } });
const version = async (cloud: SimulatedCloud): Promise<unknown> => {
  await application(cloud);
  return upload(cloud);
};
/** Environments that run version 1. */
const running =
  (count: number) =>
  async (cloud: SimulatedCloud): Promise<Values> => {
    for (let at = 1; at <= count; at += 1) {
      await cloud.create(ENVIRONMENT, { ...BASE, name: `blog-${at}`, version: "2" });
    }
    return {};
  };

testRules(
  {
    [APPLICATION]: {
      base: { name: "blog" },
      rules: {
        "application-name-length": { accepted: { name: "b".repeat(100) }, refused: { name: "b".repeat(101) } },
        "application-lifecycle-arn": {
          accepted: lifecycle({ maxCount: 10 }),
          refused: lifecycle({ serviceRole: "service" }),
        },
        "application-lifecycle-kind": {
          accepted: lifecycle({ maxAgeInDays: 30 }),
          refused: lifecycle({ maxCount: 10, maxAgeInDays: 30 }),
        },
        "application-name": { accepted: { name: "My blog" }, refused: { name: "blog/web" } },
        "application-lifecycle-count": {
          accepted: lifecycle({ maxCount: 1000 }),
          refused: lifecycle({ maxCount: 1001 }),
        },
        "application-description": {
          accepted: { description: "d".repeat(200) },
          refused: { description: "d".repeat(201) },
        },
        "application-lifecycle-role": {
          accepted: lifecycle({ maxCount: 10 }),
          refused: lifecycle({ maxCount: 10, serviceRole: "arn:aws:iam::123456789012:role/gone" }),
        },
        "application-name-taken": { given: application, accepted: { name: "shop" }, refused: {} },
        "application-idle": {
          deleted: true,
          given: async (cloud) => {
            await application(cloud);
            await cloud.create(ENVIRONMENT, BASE);
            cloud.open.world.store.remove(cloud.thing(APPLICATION, "blog"));
          },
          accepted: { name: "shop" },
          refused: { name: "blog" },
        },
      },
    },
    [VERSION]: {
      base: { name: "1", application: "blog", bucket: "bundles-here", key: "1.zip" },
      rules: {
        "version-label-length": {
          given: version,
          accepted: { name: "1".repeat(100) },
          refused: { name: "1".repeat(101) },
        },
        "version-label": { given: version, accepted: { name: "v1.0" }, refused: { name: "v1/0" } },
        "version-label-taken": {
          given: async (cloud) => {
            await version(cloud);
            await cloud.create(VERSION, { name: "1", application: "blog", bucket: "bundles-here", key: "1.zip" });
          },
          accepted: { name: "2" },
          refused: {},
        },
        "version-quota": {
          given: version,
          accepted: {},
          refused: (cloud) => {
            for (let at = 0; at < 1000; at += 1) {
              const id = `old-${at}`;
              const outputs = { application: "shop", name: id };
              cloud.open.world.store.add({ type: VERSION, id, inputs: outputs, outputs }, "cloud");
            }
            return Promise.resolve({});
          },
        },
        "version-region": { given: version, accepted: {}, refused: (cloud) => upload(cloud, 1, "eu-west-1") },
        "version-object": { given: version, accepted: {}, refused: { key: "2.zip" } },
        "version-size": {
          given: application,
          accepted: (cloud) => upload(cloud, 500 * MEGABYTE),
          refused: (cloud) => upload(cloud, 500 * MEGABYTE + 1),
        },
        "version-in-use": {
          deleted: true,
          given: async (cloud) => {
            await application(cloud);
            await release(cloud, RIGHT, "2");
            await cloud.create(BUCKET, { bucket: "bundles-here" });
            await cloud.create(OBJECTS[1], { bucket: "bundles-here", key: "1.zip" });
          },
          // The second version takes the place of the first, which the environments run.
          accepted: async (cloud) => ({ ...(await running(1)(cloud)), ...replaced(cloud) }),
          refused: async (cloud) => ({ ...(await running(2)(cloud)), ...replaced(cloud) }),
        },
      },
    },
  },
  { models, things },
);

function replaced(cloud: SimulatedCloud): Values {
  cloud.open.world.store.remove(cloud.thing(VERSION, "2"));
  return { name: "2" };
}
