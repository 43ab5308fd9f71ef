/** What the application stands on, and how long that is supported. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { awsSections, setCommand, type Settings } from "../../components/config";
import { ENGINES } from "../../components/database";
import { findPython } from "../../providers/host/python";
import type { StateEntry } from "../engine/state";
import { fail, ok, warn, type Check, type Look } from "./finding";
import type { Patient } from "./patient";
import { PRODUCTS, TABLES_DATE, type Product, type ProductName } from "./support-dates";

/** Days before an end from which it is told. */
const NEAR_DAYS = 180;
const DAY_MS = 86_400_000;

/** A product in use. */
interface Use {
  product: ProductName;
  version: string;
  /** Who uses it. */
  by: string;
  /** Where it is chosen, and what else to choose there, by the version to go to. */
  mend: (version: string) => string;
}

type Uses = (patient: Patient) => Use[] | Promise<Use[]>;

/** A check of how long each of several things is supported. */
function supported(name: string, targets: Check["targets"], uses: Uses): Check {
  return {
    name,
    ...(targets && { targets }),
    look: async (patient) => (await uses(patient)).map((use) => lookAt(use, patient.now())),
  };
}

/** What the tables say of a product in use. */
export function lookAt({ product, version, by, mend }: Use, now: number): Look {
  const { title, after, until }: Product = PRODUCTS[product];
  const what = `${title} ${version} of ${by}`;
  const known = until.find(([each]) => each === version);
  if (known === undefined) return { state: "skipped", found: `${what}: not in the tables of ${TABLES_DATE}` };
  const [, end] = known;
  if (end === undefined) return ok(`${what}, no end told`);
  const left = Math.ceil((Date.parse(end) + DAY_MS - now) / DAY_MS);
  if (left > NEAR_DAYS) return ok(`${what} until ${end}`);
  const [newest] = until[0] ?? [version];
  const found =
    left > 0 ? `${what} ends in ${left} days, on ${end}: then ${after}` : `${what} ended on ${end}: ${after}`;
  return left > 0 ? warn(found, mend(newest)) : fail(found, mend(newest));
}

async function pythons({ place, settings }: Patient): Promise<Use[]> {
  const { targets, local, ecs, heroku, beanstalk, app } = settings();
  const { stack, project } = place;
  const use = (by: string, text: string | undefined, mend: Use["mend"]): Use[] => {
    const version = /(?:^|[^\d.])(3\.\d+)/.exec(text ?? "")?.[1];
    return version === undefined ? [] : [{ product: "python", version, by, mend }];
  };
  const set =
    (key: string, before: string, after = ""): Use["mend"] =>
    (version) =>
      setCommand(key, stack, before + version + after);
  const found: Use[] = [];
  if (targets.includes("local")) {
    found.push(...use("local", (await findPython(local.python)).version, set("local.python", "python")));
  }
  if (targets.includes("ecs") && ecs.image.web === undefined) {
    found.push(...use("ecs", ecs.image.base, set("ecs.image.base", "python:", "-slim-bookworm")));
  }
  if (targets.includes("heroku") && heroku.build.kind === "image") {
    found.push(...use("heroku", heroku.build.base, set("heroku.build.base", "python:", "-slim-bookworm")));
  }
  if (targets.includes("heroku") && heroku.build.kind === "buildpack") {
    const own = path.join(path.resolve(project, app.source), ".python-version");
    const text = heroku.build.python ?? (existsSync(own) ? readFileSync(own, "utf8") : undefined);
    found.push(...use("heroku", text, set("heroku.build.python", "")));
  }
  if (targets.includes("beanstalk")) {
    const mend = (): string => setCommand("beanstalk.platform", stack, "'<pattern of a newer platform>'");
    found.push(...use("beanstalk", beanstalk.platform.replaceAll("\\", ""), mend));
  }
  return found;
}

function stacks({ place, settings }: Patient): Use[] {
  const { stack, build } = settings().heroku;
  if (build.kind === "image") return [];
  const mend = (version: string): string => setCommand("heroku.stack", place.stack, version);
  return [{ product: "heroku", version: stack, by: place.stack, mend }];
}

/** Databases as they are deployed, or as they would be. */
async function databases({ place, settings, anatomy }: Patient): Promise<Use[]> {
  const resources = await anatomy().then(
    (known) => known.resources,
    () => [],
  );
  const atRds = awsSections(settings()).flatMap(({ target, database }): Use[] => {
    const { engine } = database;
    if (engine === "url" || engine === "sqlite") return [];
    const text = deployedVersion(resources, target) ?? database.version ?? ENGINES[engine].version;
    const mend = (version: string): string => setCommand(`${target}.database.version`, place.stack, version);
    const version = text.split(".").slice(0, ENGINES[engine].familyNumbers).join(".");
    return [{ product: engine, version, by: target, mend }];
  });
  return [...atRds, ...herokuDatabase(settings(), place.stack)];
}

function herokuDatabase({ targets, heroku: { database } }: Settings, stack: string): Use[] {
  if (!targets.includes("heroku") || database.kind !== "postgres" || database.version === undefined) return [];
  const { version } = database;
  const mend = (newest: string): string => setCommand("heroku.database.version", stack, newest);
  return [{ product: "herokuPostgres", version, by: "heroku", mend }];
}

const FRAMES = { ecs: "slipway:ecs:EcsStack$", beanstalk: "slipway:beanstalk:BeanstalkStack$" } as const;

/** What RDS runs, for a target. */
function deployedVersion(resources: readonly StateEntry[], target: keyof typeof FRAMES): string | undefined {
  const found = resources.find(({ type, urn }) => type === "aws:rds/instance:Instance" && urn.includes(FRAMES[target]));
  const version = found?.outputs?.["engineVersionActual"];
  return typeof version === "string" ? version : undefined;
}

function brokers({ place, settings }: Patient): Use[] {
  if (settings().app.celery === undefined) return [];
  return awsSections(settings()).flatMap(({ target, broker }): Use[] => {
    if (broker.kind === "sqs") return [];
    const product = broker.kind === "amazon-mq" ? "amazonMq" : "rabbitmq";
    const mend = (version: string): string => setCommand(`${target}.broker.version`, place.stack, version);
    return [{ product, version: broker.version, by: target, mend }];
  });
}

/** Whether AWS still keeps the platforms that environments run on. */
async function platforms(patient: Patient, signal: AbortSignal): Promise<Look[]> {
  const environments = (await patient.deployed()).filter(({ type }) => type === ENVIRONMENT);
  if (environments.length === 0) return [];
  const { environmentsOf, platformOf } = await import("./aws/environments");
  const ids = environments.flatMap(({ id }) => id ?? []);
  const access = await patient.aws();
  const there = await environmentsOf(access, patient.place, ids, signal);
  return Promise.all(
    there.map(async ({ name, platform }) =>
      platformLook(patient, name, await platformOf(access, patient.place, platform, signal)),
    ),
  );
}

const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";

function platformLook(
  { place, settings }: Patient,
  name: string,
  {
    branch,
    version,
    lifecycle,
    recommended,
  }: { branch: string; version: string; lifecycle: string; recommended: boolean },
): Look {
  const what = `${branch} ${version} of ${name}`;
  const move = setCommand("beanstalk.platform", place.stack, "'<pattern of a newer platform>'");
  if (/retired/i.test(lifecycle)) return fail(`${what}: retired, AWS maintains it no more`, move);
  if (/deprecated/i.test(lifecycle)) return warn(`${what}: deprecated, AWS retires it soon`, move);
  if (recommended || settings().beanstalk.updates.enabled) return ok(what);
  return warn(`${what}: there is a newer version of it`, `slipway up --stack ${place.stack}`);
}

export const SUPPORT: readonly Check[] = [
  supported("Python", undefined, pythons),
  supported("Heroku stack", ["heroku"], stacks),
  supported("database", ["ecs", "beanstalk", "heroku"], databases),
  supported("broker", ["ecs", "beanstalk"], brokers),
  { name: "platform", targets: ["beanstalk"], look: platforms },
];
