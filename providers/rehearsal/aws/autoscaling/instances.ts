/** The instances that auto scaling groups keep running, as far as others have to do with them. */
import type { Site, Thing, Values } from "../../model";
import { numberAt, textAt } from "../read";

export const GROUP = "aws:autoscaling/group:Group";

const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** The launch template that a group starts instances from. */
export function templateOf(group: Values, site: Site): Thing | undefined {
  for (const path of ["launchTemplate", "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification"]) {
    const id = textAt(group, `${path}.id`) ?? textAt(group, `${path}.launchTemplateId`);
    const name = textAt(group, `${path}.name`) ?? textAt(group, `${path}.launchTemplateName`);
    const found = id === undefined ? undefined : site.find(LAUNCH_TEMPLATE, "id", id);
    const named = name === undefined ? undefined : site.find(LAUNCH_TEMPLATE, "name", name);
    if (found !== undefined || named !== undefined) return found ?? named;
  }
  return undefined;
}

/** Instances that a group keeps: what is asked for, else its least size. */
export function capacityOf(group: Values): number {
  return numberAt(group, "desiredCapacity") ?? numberAt(group, "minSize") ?? 0;
}

/** Launch templates that instances run from now. */
export function runningTemplates(site: Site): Thing[] {
  return site
    .all(GROUP)
    .filter(({ outputs }) => capacityOf(outputs) > 0)
    .map(({ outputs }) => templateOf(outputs, site))
    .filter((template) => template !== undefined);
}
