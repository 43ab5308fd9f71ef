/** What a stack has deployed on ECS, as its outputs say, and the clients to ask AWS about it. */
import { existsSync } from "node:fs";
import { StackNotFoundError } from "@pulumi/pulumi/automation";
import * as engine from "../engine/operations";
import { configOf } from "../engine/config-values";
import { programOf } from "../engine/program";
import type { StackPlace } from "../engine/project";
import { openStack, type OpenStack } from "../engine/stack";
import { SlipwayError } from "../errors";
import { rehearsalFolder } from "../rehearsal/place";
import { outputsOf, type Outputs } from "../target";
import { awsClients, type AwsClients } from "./clients";
import { awsError } from "./errors";

/** A stack on ECS. */
export interface Deployed {
  place: StackPlace;
  aws: AwsClients;
  /** Where the application answers. */
  url: string;
  /** Version of the release that was deployed last. */
  release: string;
  cluster: string;
  /** Process -> name of its service. */
  services: Readonly<Record<string, string>>;
  /** Process or job -> ARN of the task definition that it is to run. */
  definitions: Readonly<Record<string, string>>;
  /** Security group of the jobs; absent without any. */
  jobsGroup?: string;
}

/**
 * Asks AWS about a stack.
 *
 * @throws SlipwayError (state) when it is not deployed on ECS; (config) without credentials; (failed) when AWS refuses
 */
export async function askAws<T>(place: StackPlace, ask: (deployed: Deployed) => Promise<T>): Promise<T> {
  const { open, outputs } = await opened(place);
  return askAwsOf(open, outputs, ask);
}

/** Asks AWS about a stack whose outputs are known. @throws as {@link askAws} */
export async function askAwsOf<T>(
  open: OpenStack,
  outputs: Outputs,
  ask: (deployed: Deployed) => Promise<T>,
): Promise<T> {
  const { place } = open;
  if (place.setup !== undefined || typeof outputs["cluster"] !== "string") throw notDeployed(place);
  return withClients(open, (aws) => ask(described(place, aws, outputs)));
}

/** Asks AWS about a stack of which nothing is known but its config. @throws as {@link askAws} */
export async function withClients<T>(open: OpenStack, ask: (aws: AwsClients) => Promise<T>): Promise<T> {
  const { place } = open;
  const aws = awsClients(await configOf(open, "aws"), process.env);
  try {
    return await ask(aws);
  } catch (error) {
    throw awsError(place, error);
  } finally {
    for (const client of [aws.ecs, aws.logs, aws.balancing, aws.ecr]) client.destroy();
  }
}

async function opened(place: StackPlace): Promise<{ open: OpenStack; outputs: Record<string, unknown> }> {
  if (place.setup !== undefined) throw notDeployed(place);
  try {
    const open = await openStack(place, programOf(place), () => undefined, false);
    return { open, outputs: outputsOf("ecs", await engine.outputs(open)) };
  } catch (error) {
    throw error instanceof SlipwayError && error.cause instanceof StackNotFoundError ? notDeployed(place) : error;
  }
}

function notDeployed(place: StackPlace): SlipwayError {
  const rehearsed = place.setup !== undefined || existsSync(rehearsalFolder(place));
  const why = rehearsed ? " It was only rehearsed: simulated clouds run nothing that could be looked at." : "";
  return new SlipwayError(
    "state",
    `The stack ${place.stack} is not deployed on ECS.${why}`,
    `slipway up --stack ${place.stack}`,
  );
}

function described(place: StackPlace, aws: AwsClients, outputs: Outputs): Deployed {
  const text = (name: string): string => (typeof outputs[name] === "string" ? outputs[name] : "");
  const names = (name: string): Record<string, string> => JSON.parse(text(name) || "{}") as Record<string, string>;
  return {
    place,
    aws,
    url: text("url"),
    release: text("release"),
    cluster: text("cluster"),
    services: names("services"),
    definitions: names("definitions"),
    ...(outputs["jobsGroup"] !== undefined && { jobsGroup: text("jobsGroup") }),
  };
}
