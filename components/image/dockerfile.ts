/** What the Dockerfiles ask for. */
import { headsOf, type Workload } from "../app";
import type { ServerKind } from "../config";
import type { ImageRole } from "./args";
import { systemPackages } from "./system-packages";

/** Label of an image that names the newest revisions of the database that it knows, with commas between. */
export const SCHEMA_LABEL = "slipway.schema";

/** Debian packages of what stands in front of uWSGI. */
const FRONTS: Readonly<Partial<Record<ServerKind, readonly string[]>>> = {
  "nginx-uwsgi": ["nginx"],
  "apache-uwsgi": ["apache2"],
};

/** Packages that Slipway adds, and an image of a role has no use for: a web process only sends, and asks SQS with botocore. */
const UNUSED: Readonly<Record<ImageRole, readonly string[]>> = { web: ["pycurl"], worker: ["pyuwsgi", "tornado"] };
/** What kombu asks for, and what botocore signs in with. */
const AWS_SERVICES = ["sqs", "sts", "sso", "sso-oidc"];

/**
 * The build arguments of a role's Dockerfile.
 *
 * @param base image that it is built on
 */
export function buildArguments(role: ImageRole, workload: Workload, base: string): Record<string, string> {
  const { release, health, server, variables, needs } = workload;
  const packages = systemPackages(release.requirements);
  const front = role === "web" ? (FRONTS[server] ?? []) : [];
  return {
    BASE: base,
    VERSION: release.version,
    REVISION: release.commit ?? "",
    SCHEMA: headsOf(release.revisions).join(","),
    BUILD_PACKAGES: packages.build.join(" "),
    RUN_PACKAGES: [...packages.run, ...front].join(" "),
    UNUSED: UNUSED[role].filter((name) => release.added.includes(name)).join(" "),
    AWS_SERVICES: release.added.includes("botocore") ? AWS_SERVICES.join(" ") : "",
    ...(role === "web"
      ? { LIVE_PATH: health.live }
      : { WAIT_FOR: [variables.database, ...(needs.broker ? [variables.broker] : [])].join(",") }),
  };
}
