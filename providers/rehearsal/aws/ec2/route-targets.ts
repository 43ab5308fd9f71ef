import type { Site } from "../../model";

/** Marks the routes to a target that is gone: they stay, and lead nowhere. */
export function blackhole(property: "gatewayId" | "natGatewayId", id: string, site: Site): void {
  for (const route of site.all("aws:ec2/route:Route")) {
    if (route.outputs[property] === id) site.change(route, { state: "blackhole" });
  }
}
