/** The parts of a stack that hold data, each on its own, without an engine. */
import * as pulumi from "@pulumi/pulumi";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { checkSettings, type Settings, type SettingsInput } from "../../../components";
import type { Binding } from "../../../components/binding";
import type { ContainerHost } from "../../../components/container";
import { AWS_ANSWERS, AWS_COMPUTED } from "./aws-mocks";
import { registeredBy, type ComputedOutputs, type Registered } from "./resource-graph";

/** Part of every secret that a test gives: it must not be seen anywhere but in secrets. */
export const CANARY = "canary-canary-canary";

type EcsInput = NonNullable<SettingsInput["ecs"]>;

/** What the config of the target makes of `ecs`, with every default. */
export function ecsSettings(ecs: EcsInput, environment: Settings["environment"] = "dev"): Settings["ecs"] {
  const app = { name: "shop", source: ".", entry: "app:app" };
  return checkSettings({ environment, app, targets: ["ecs"], ecs }, { stack: "dev", available: ["ecs"] }).ecs;
}

/** Something to run containers on. */
export function host(capacity: EcsInput["capacity"] = { kind: "fargate" }): ContainerHost {
  return {
    clusterArn: pulumi.output("arn:aws:ecs:eu-central-1:123456789012:cluster/shop"),
    clusterName: pulumi.output("shop"),
    capacity: ecsSettings({ capacity }).capacity,
    capacityProvider: "FARGATE_SPOT",
    vpcId: pulumi.output("vpc-1"),
    subnetIds: ["subnet-1", "subnet-2"].map((id) => pulumi.output(id)),
    logDays: 7,
    exec: false,
    region: "eu-central-1",
    namespace: { id: pulumi.output("ns-1"), name: "shop.internal" },
    ready: [],
  };
}

/** What a component that holds data registers, and what its binding says once every output is known. */
export async function bound(
  make: () => { binding: Binding },
  computed: ComputedOutputs = AWS_COMPUTED,
): Promise<{ all: Registered[]; binding: Pick<Binding, "environment" | "secrets" | "statements"> }> {
  let known: Promise<Pick<Binding, "environment" | "secrets" | "statements">> | undefined;
  const all = await registeredBy(
    () => {
      const { environment, secrets, statements } = make().binding;
      known = valueOf(pulumi.output({ environment, secrets, statements }));
    },
    computed,
    AWS_ANSWERS,
  );
  return { all, binding: await (known as NonNullable<typeof known>) };
}

/** What an output becomes; without an engine, every output becomes something. */
export function valueOf<Value>(output: pulumi.Output<Value>): Promise<pulumi.Unwrap<Value>> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value as pulumi.Unwrap<Value>);
    });
  });
}

/** The only resource of that name. */
export function named(all: readonly Registered[], name: string): Registered {
  const found = all.filter((resource) => resource.name === name);
  expect(found, name).to.have.length(1);
  return found[0] as Registered;
}

/** Resources as text in which secrets are hidden, as the engine stores them encrypted. */
export function openText(all: readonly Registered[]): string {
  return JSON.stringify(all, (_key, value: unknown) => (isSecret(value) ? "<secret>" : value));
}

/** What a secret input holds. */
export function secretValue(value: unknown): unknown {
  expect(isSecret(value), "is secret").to.equal(true);
  return Reflect.get(value as object, "value");
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, specialSigKey) === specialSecretSig;
}
