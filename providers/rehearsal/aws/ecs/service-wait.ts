/** What a service's rollout fails of, while the provider waits for its steady state. */
import type { Question, Rule } from "../../model";
import { numberAt, objectsAt, textAt, textsAt } from "../read";
import { type Launch, launchOf } from "./launch";
import { placementChecks } from "./placement-checks";
import { letsIn } from "./reach";
import { type TaskCheck, startChecks } from "./task-checks";

const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const HEALTH = "ECS developer guide, Troubleshooting service load balancers";

/** What stands between a load balancer and the tasks of a service. */
const balancerChecks: readonly TaskCheck[] = [
  {
    id: "task-target-reachable",
    source: `${HEALTH}: security groups`,
    code: "TaskFailedElbHealthChecks",
    stops: (launch) =>
      balancersOf(launch)
        .map(({ groups, port, targetGroup }) =>
          groups.length === 0 || launch.groupIds.length === 0 || letsIn(launch.site, launch.groupIds, groups, port)
            ? undefined
            : `Task failed ELB health checks in (target-group ${targetGroup}): Request timed out. The security groups ${launch.groupIds.join(", ")} let nothing in to port ${port} from the load balancer's ${groups.join(", ")}.`,
        )
        .find((reason) => reason !== undefined),
  },
  {
    id: "task-target-zone",
    source: `${HEALTH}: Target.NotInUse, the zone is not enabled for the load balancer`,
    code: "TaskFailedElbHealthChecks",
    stops: (launch) =>
      balancersOf(launch)
        .map(({ zones, targetGroup }) => {
          const other = zonesOf(launch, launch.subnetIds).find((zone) => !zones.includes(zone));
          return other === undefined || zones.length === 0
            ? undefined
            : `Task failed ELB health checks in (target-group ${targetGroup}): Target is in an Availability Zone that is not enabled for the load balancer (${other}).`;
        })
        .find((reason) => reason !== undefined),
  },
];

interface Balancer {
  targetGroup: string;
  port: number;
  groups: string[];
  zones: string[];
}

/** A task, and the service that starts it. */
type ServiceLaunch = Launch & { balancers?: readonly { targetGroup: string; port: number }[] };

function balancersOf(launch: ServiceLaunch): Balancer[] {
  return (launch.balancers ?? []).flatMap(({ targetGroup, port }) => {
    const arns = textsAt(launch.site.find(TARGET_GROUP, "arn", targetGroup)?.outputs ?? {}, "loadBalancerArns");
    return arns.flatMap((arn) => {
      const balancer = launch.site.find(LOAD_BALANCER, "arn", arn);
      if (balancer === undefined) return [];
      const zones = zonesOf(launch, textsAt(balancer.outputs, "subnets"));
      return [{ targetGroup, port, groups: textsAt(balancer.outputs, "securityGroups"), zones }];
    });
  });
}

function zonesOf({ site }: Launch, subnetIds: readonly string[]): string[] {
  return subnetIds.flatMap(
    (id) => textAt(site.find("aws:ec2/subnet:Subnet", "id", id)?.outputs ?? {}, "availabilityZone") ?? [],
  );
}

function serviceLaunch({ inputs, site }: Question): ServiceLaunch | undefined {
  const launch = launchOf(site, inputs);
  const balancers = objectsAt(inputs, "loadBalancers").flatMap((each) => {
    const targetGroup = textAt(each, "targetGroupArn");
    return targetGroup === undefined ? [] : [{ targetGroup, port: numberAt(each, "containerPort") ?? 0 }];
  });
  return launch && { ...launch, balancers };
}

/** With a circuit breaker that rolls back, the service goes on with what it ran before. */
function rollBack({ inputs, old, site }: Question): string {
  const breaker = objectsAt(inputs, "deploymentCircuitBreaker")[0];
  if (breaker?.["enable"] !== true || breaker["rollback"] !== true) return "";
  const before = old && textAt(old.outputs, "taskDefinition");
  const running = old && site.find(old.type, "id", old.id);
  if (before === undefined || running === undefined) return " There is nothing to roll back to.";
  site.change(running, { taskDefinition: before });
  return ` Rolled back to ${before}.`;
}

/** Without the wait, the provider is content with a service whose tasks never start; so is the rehearsal. */
function waitRule({ id, source, code, stops }: TaskCheck): Rule {
  return {
    id,
    source: `${source}; terraform-provider-aws internal/service/ecs/service.go, statusServiceWaitForStable`,
    code,
    refuses: (question) => {
      const { inputs } = question;
      if (inputs["waitForSteadyState"] !== true || Number(inputs["desiredCount"] ?? 0) === 0) return undefined;
      const launch = serviceLaunch(question);
      const reason = launch && stops(launch);
      if (reason === undefined) return undefined;
      return `(service ${String(inputs["name"])}) deployment failed: tasks failed to start. Stopped reason: ${code}: ${reason}${rollBack(question)}`;
    },
  };
}

/** Found while the provider waits for a steady state. */
export const serviceWait: Rule[] = [...placementChecks, ...startChecks, ...balancerChecks].map(waitRule);
