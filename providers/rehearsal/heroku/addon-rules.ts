/** What Heroku and the vendors of add-ons refuse. */
import type { Question, Rule, Thing } from "../model";
import { textAt } from "../aws/read";
import { lengthBetween, matches, rule } from "../rules";
import { ADDON, ATTACHMENT, appOf } from "./app-state";
import { PROVIDER, verified } from "./rules";
import { SERVICES, isPrivate } from "./tables";

export const FILE = "resource_heroku_addon.go";

/** Major versions of PostgreSQL, devcenter.heroku.com/articles/heroku-postgres-version-support, as of November 2026. */
const POSTGRES_VERSIONS = ["15", "16", "17", "18"];
const RETIRED: Readonly<Record<string, readonly string[]>> = {
  "heroku-postgresql": ["hobby-dev", "hobby-basic", "mini", "basic"],
  "heroku-redis": ["hobby-dev"],
};
/** Services whose plans are changed with a copy of the data, by the command line. */
const MOVED = ["heroku-postgresql", "heroku-redis"];

/** Service and plan: `heroku-postgresql`, `essential-0`. A service alone means its smallest plan. */
export function planOf(plan: unknown): { service: string; plan: string } {
  const [service = "", named] = String(plan).split(":");
  return { service, plan: named ?? SERVICES[service]?.plans[0] ?? "" };
}

function fromVendor(plan: unknown, message: string): string {
  return (
    `We tried to create ${String(plan)}, but received an error from the add-on provider. Try the request again, or log a ` +
    `support ticket and include this message: ${message}`
  );
}

const retired = rule(
  { id: "addon-plan-retired", source: "heroku/terraform-provider-heroku#386", code: "invalid_params" },
  ["plan"],
  ({ inputs }) => {
    const { service, plan } = planOf(inputs["plan"]);
    if (RETIRED[service]?.includes(plan) !== true) return undefined;
    const hint = `See the available plans with: heroku addons:plans ${service}.`;
    return fromVendor(
      inputs["plan"],
      `The ${plan} plan has reached end-of-life. You can try again with a valid plan. ${hint}`,
    );
  },
);

const known = rule(
  { id: "addon-plan", source: "davidjameshowell/vaultwarden_heroku#42, saleor/saleor#1392", code: "invalid_params" },
  ["plan"],
  ({ inputs }) => {
    const { service, plan } = planOf(inputs["plan"]);
    return SERVICES[service]?.plans.includes(plan) === true
      ? undefined
      : `Couldn't find either the add-on service or the add-on plan of "${String(inputs["plan"])}".`;
  },
);

const space = rule(
  {
    id: "addon-private-space",
    source: "devcenter.heroku.com/articles/heroku-redis-and-private-spaces, …/heroku-postgres-and-private-spaces",
    code: "invalid_params",
  },
  ["plan", "appId"],
  ({ inputs, site }) => {
    const app = appOf(site, inputs["appId"]);
    const { plan, service } = planOf(inputs["plan"]);
    const isInSpace = app?.outputs["space"] !== undefined;
    if (isPrivate(plan) && !isInSpace)
      return `The plan ${service}:${plan} is only available to apps in a Private Space.`;
    return isInSpace && MOVED.includes(service) && !isPrivate(plan)
      ? `The plan ${service}:${plan} is not available to apps in a Private Space.`
      : undefined;
  },
);

const version = rule(
  {
    id: "addon-postgres-version",
    source: "n8n-io/n8n-heroku#29, HumanSignal/label-studio#5894",
    code: "invalid_params",
  },
  ["plan", "config"],
  ({ inputs }) => {
    const asked = textAt(inputs, "config.version");
    if (planOf(inputs["plan"]).service !== "heroku-postgresql" || asked === undefined) return undefined;
    const supported = POSTGRES_VERSIONS.join(", ");
    return POSTGRES_VERSIONS.includes(asked)
      ? undefined
      : fromVendor(inputs["plan"], `Unsupported version: ${asked}. We support the following versions: ${supported}`);
  },
);

const sameService = rule(
  {
    id: "addon-service",
    source: "devcenter.heroku.com/articles/managing-add-ons: plans of one service",
    code: "not_found",
  },
  ["plan"],
  ({ inputs, old }) =>
    old !== undefined && planOf(old.outputs["plan"]).service !== planOf(inputs["plan"]).service
      ? `Couldn't find that plan of ${planOf(old.outputs["plan"]).service}.`
      : undefined,
);

const planChange = rule(
  { id: "addon-plan-change", source: "heroku/terraform-provider-heroku#317", code: "invalid_params" },
  ["plan"],
  ({ inputs, old }) => {
    const before = planOf(old?.outputs["plan"]);
    const after = planOf(inputs["plan"]);
    return old !== undefined && MOVED.includes(after.service) && before.plan !== after.plan
      ? `Plans of ${after.service} are not changed by this call: run heroku addons:upgrade, or make another and move the data.`
      : undefined;
  },
);

const nameTaken = rule(
  { id: "addon-name-taken", source: "heroku-go v6 schema.json: add-on, globally unique name", code: "invalid_params" },
  ["name"],
  ({ inputs, old, site }) => {
    const there = site.find(ADDON, "name", inputs["name"]);
    return there === undefined || there.id === old?.id ? undefined : `Name ${String(inputs["name"])} is already taken`;
  },
);

export const planned: Rule[] = [
  lengthBetween({ id: "addon-name-length", source: `${PROVIDER}/${FILE}, validateCustomAddonName` }, "name", 1, 256),
  matches(
    { id: "addon-name", source: `${PROVIDER}/${FILE}, validateCustomAddonName` },
    "name",
    /^[a-zA-Z][A-Za-z0-9_-]+$/,
    "a letter, then letters, digits, underscores and hyphens",
  ),
];

export const called: Rule[] = [
  retired,
  known,
  verified("addon-verified", "mhoofman/wordpress-heroku#120", "to install this add-on plan"),
  space,
  version,
  sameService,
  planChange,
  nameTaken,
];

/** Attachments of an add-on at other apps than its own. */
export function elsewhere({ old, site }: Pick<Question, "old" | "site">): Thing[] {
  const of = site.all(ATTACHMENT).filter(({ outputs }) => outputs["addonId"] === old?.id);
  return of.filter(({ outputs }) => outputs["appId"] !== old?.outputs["appId"]);
}

export const deleted: Rule[] = [
  {
    id: "addon-attached-elsewhere",
    source:
      "heroku/cli src/lib/addons/destroy-addon.ts: --force where it is attached to other apps; the provider has none",
    code: "forbidden",
    refuses: (question) => {
      const [attachment] = elsewhere(question);
      const app = appOf(question.site, attachment?.outputs["appId"]);
      return app === undefined
        ? undefined
        : `${String(question.old?.outputs["name"])} is attached to the app ${String(app.outputs["name"])} too: detach it first.`;
    },
  },
];
