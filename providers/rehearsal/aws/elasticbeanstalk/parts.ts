/** What comes along with an environment: machines, a load balancer, a worker's queue. */
import type { Site, Thing, Values } from "../../model";
import { regionalArn, textAt, textsAt } from "../read";
import { BALANCER, NETWORK, SCALING, balancerOf, balancerSubnets, isWorker, listOption, option } from "./settings";

const GROUP = "aws:autoscaling/group:Group";
const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const QUEUE = "aws:sqs/queue:Queue";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const DIGITS = "0123456789";

/** Names and addresses of what an environment of this kind is made of. */
export function partsOf(inputs: Values, environmentId: string, site: Site): Values {
  const balancer = balancerOf(inputs);
  const host = `awseb--AWSEB-${site.fresh(12, UPPER)}`;
  const address = [18, 194].concat([0, 0].map(() => Number(site.fresh(2, DIGITS)))).join(".");
  const subdomain = `${host}-${site.fresh(9, DIGITS)}.${site.region}.elb.amazonaws.com`;
  const generated = `awseb-${environmentId}-stack-AWSEBWorkerQueue-${site.fresh(12, UPPER)}`;
  const own = option(inputs, "aws:elasticbeanstalk:sqsd", "WorkerQueueURL");
  return {
    autoscalingGroups: [`awseb-${environmentId}-stack-AWSEBAutoScalingGroup-${site.fresh(12, UPPER)}`],
    instances: Array.from({ length: capacityOf(inputs) }, () => `i-${site.fresh(17)}`),
    launchConfigurations: [],
    loadBalancers:
      balancer === undefined
        ? []
        : [regionalArn(site, "elasticloadbalancing", `loadbalancer/app/${host}/${site.fresh(16)}`)],
    queues: isWorker(inputs) ? [own ?? `https://sqs.${site.region}.amazonaws.com/${site.account}/${generated}`] : [],
    triggers: [],
    endpointUrl: isWorker(inputs) ? "" : balancer === undefined ? address : subdomain,
  };
}

/** Machines that an environment starts with. */
export function capacityOf(inputs: Values): number {
  return Number(option(inputs, SCALING, "MinSize") ?? 1);
}

/** Makes what an environment's outputs name and is not there, and takes away what they name no more. */
export function syncParts(environment: Thing, site: Site): void {
  const wanted = [...groups(environment), ...balancers(environment), ...queues(environment, site)];
  for (const part of parts(environment, site)) if (!wanted.some(({ id }) => id === part.id)) site.remove(part);
  for (const { type, id, outputs } of wanted) {
    const there = site.find(type, "id", id);
    const all = { ...outputs, environment: environment.id };
    if (there === undefined) site.add({ type, id, inputs: outputs, outputs: { ...all, id } });
    else site.change(there, all);
  }
}

/** Takes away what came along. */
export function removeParts(environment: Thing, site: Site): void {
  for (const part of parts(environment, site)) site.remove(part);
}

function parts({ id }: Thing, site: Site): Thing[] {
  return [GROUP, LOAD_BALANCER, QUEUE]
    .flatMap((type) => site.all(type))
    .filter((each) => each.outputs["environment"] === id);
}

type Part = Pick<Thing, "type" | "id" | "outputs">;

function groups({ inputs, outputs }: Thing): Part[] {
  const [minSize, maxSize] = [capacityOf(inputs), Number(option(inputs, SCALING, "MaxSize") ?? 4)];
  const shape = {
    minSize,
    maxSize,
    desiredCapacity: minSize,
    vpcZoneIdentifiers: listOption(inputs, NETWORK, "Subnets"),
  };
  return textsAt(outputs, "autoscalingGroups").map((name) => ({ type: GROUP, id: name, outputs: { name, ...shape } }));
}

function balancers({ inputs, outputs }: Thing): Part[] {
  const [subnets, securityGroups] = [balancerSubnets(inputs), listOption(inputs, BALANCER, "SecurityGroups")];
  const shape = {
    dnsName: textAt(outputs, "endpointUrl"),
    loadBalancerType: balancerOf(inputs),
    subnets,
    securityGroups,
  };
  return textsAt(outputs, "loadBalancers").map((arn) => {
    const arnSuffix = arn.slice(arn.indexOf("loadbalancer/") + "loadbalancer/".length);
    return { type: LOAD_BALANCER, id: arn, outputs: { arn, arnSuffix, ...shape } };
  });
}

/** A queue that the program made is not the environment's. */
function queues({ id, outputs }: Thing, site: Site): Part[] {
  return textsAt(outputs, "queues").flatMap((url) => {
    const there = site.find(QUEUE, "url", url);
    if (there !== undefined && there.outputs["environment"] !== id) return [];
    const name = url.slice(url.lastIndexOf("/") + 1);
    return [{ type: QUEUE, id: url, outputs: { url, name, arn: regionalArn(site, "sqs", name), fifoQueue: false } }];
  });
}
