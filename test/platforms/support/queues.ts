/** SQS, as moto simulates it. */
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../../providers/host/ports";
import { until } from "../../engine/support/wait";
import { Background } from "./background";
import { virtualenv } from "./virtualenvs";

const MAKE = `
import boto3
print(boto3.client("sqs", region_name="eu-central-1").create_queue(QueueName="celery-1a2b3c4")["QueueUrl"])`;

export interface Queues {
  /** What a process is told of the one queue that there is, and how it reaches SQS here. */
  variables: Record<string, string>;
  stop: () => Promise<void>;
}

export async function startSqs(): Promise<Queues> {
  const commands = await virtualenv("moto[server,sqs]>=5,<6\n");
  const port = await freePort();
  const words = [path.join(commands, "moto_server"), "-H", "127.0.0.1", "-p", String(port)];
  const moto = new Background(words, { cwd: commands });
  await until(`moto runs; it wrote ${moto.output}`, () => moto.output.includes("Running on"));
  const access = {
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  const { stdout } = await promisify(execFile)(path.join(commands, "python"), ["-c", MAKE], { env: access });
  return { variables: { ...access, SLIPWAY_SQS_1: `celery ${stdout.trim()}` }, stop: () => moto.stop() };
}
