import type { Model, Question, Rule, Site, Thing } from "../model";
import { rule, type About } from "../rules";
import { FORMATION, appOf, scale, stateOf, type Process } from "./app-state";
import { uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule } from "./rules";
import { SIZES } from "./tables";

const FILE = "resource_heroku_formation.go";
const LIMITS = "devcenter.heroku.com/articles/dyno-scaling-and-process-limits";
const MOST_DYNOS = 100;
const MOST_LARGE = 10;
const MOST_ECO = 2;

/** The size as Heroku writes it; undefined for one that there is not. */
function sizeOf(asked: unknown): string | undefined {
  return Object.keys(SIZES).find((size) => size.toLowerCase() === String(asked).toLowerCase());
}

function processOf({ inputs, site }: Pick<Question, "inputs" | "site">): Process | undefined {
  const app = appOf(site, inputs["appId"]);
  return app && stateOf(app).processes.find(({ type }) => type === inputs["type"]);
}

/** Process types of the app that run, but the one that is asked about. */
function running({ inputs, site }: Question): Process[] {
  const app = appOf(site, inputs["appId"]);
  const processes = app === undefined ? [] : stateOf(app).processes;
  return processes.filter(({ type, quantity }) => type !== inputs["type"] && quantity > 0);
}

/** A rule about dynos that are asked for, and those that run. */
function dynoRule(
  id: string,
  source: string,
  refuses: (asked: { size: string; tier: string; quantity: number; others: Process[] }) => string | undefined,
): Rule {
  const about: About = { id, source, code: "invalid_params" };
  return rule(about, ["appId", "type", "quantity", "size"], (question) => {
    const size = sizeOf(question.inputs["size"]);
    const quantity = Number(question.inputs["quantity"]);
    return size === undefined
      ? undefined
      : refuses({ size, tier: SIZES[size] ?? "", quantity, others: running(question) });
  });
}

const sum = (processes: readonly Process[]): number => processes.reduce((all, { quantity }) => all + quantity, 0);
const isAlone = (size: string): boolean => ["eco", "basic"].includes(SIZES[size] ?? "");

const call: Rule[] = [
  rule(
    {
      id: "formation-process-type",
      source:
        "git/git-scm.com#1304, heroku/hatchet#153: process types are those of the Procfile of the current release",
      code: "not_found",
    },
    ["appId", "type"],
    (question) =>
      processOf(question) === undefined
        ? `Couldn't find that process type (${String(question.inputs["type"])}).`
        : undefined,
  ),
  rule({ id: "formation-size", source: "daemonsy/hubot-heroku#17", code: "invalid_params" }, ["size"], ({ inputs }) =>
    sizeOf(inputs["size"]) === undefined
      ? `No such size as ${String(inputs["size"])}. Available dyno sizes are ${Object.keys(SIZES).join(", ")}.`
      : undefined,
  ),
  dynoRule("formation-one-dyno", `${LIMITS}; Heroku's own message`, ({ size, quantity }) =>
    isAlone(size) && quantity > 1 ? `Cannot update to more than 1 ${size} size dynos per process type.` : undefined,
  ),
  dynoRule("formation-mixed-sizes", "dhyegocalota/visa-appointment-tracker#10", ({ size, quantity, others }) => {
    const other = others.find((each) => each.size !== size && (isAlone(size) || isAlone(each.size)));
    return other !== undefined && quantity > 0
      ? `Cannot use the following dyno types in the same app: ${[size, other.size].sort().join(" and ")}`
      : undefined;
  }),
  dynoRule("formation-eco-dynos", LIMITS, ({ tier, quantity, others }) =>
    tier === "eco" && quantity + sum(others) > MOST_ECO
      ? `Apps on Eco dynos run at most ${MOST_ECO} dynos.`
      : undefined,
  ),
  dynoRule("formation-large-dynos", LIMITS, ({ size, tier, quantity }) =>
    tier === "performance" && quantity > MOST_LARGE
      ? `Cannot update to more than ${MOST_LARGE} ${size} size dynos per process type.`
      : undefined,
  ),
  dynoRule("formation-dynos", LIMITS, ({ quantity, others }) =>
    quantity + sum(others) > MOST_DYNOS ? `An app runs at most ${MOST_DYNOS} dynos.` : undefined,
  ),
];

/** Scales the process type; dynos are of the app, and stay when the resource goes. */
function settled({ inputs }: Thing, site: Site): void {
  const app = appOf(site, inputs["appId"]);
  if (app === undefined) return;
  scale(app, site, inputs["type"], { quantity: Number(inputs["quantity"]), size: sizeOf(inputs["size"]) ?? "" });
}

/** How many dynos of which size run a process type. */
export const formation: Model = {
  type: FORMATION,
  source: `${PROVIDER}/${FILE}: create and update scale, delete does nothing`,
  required: ["appId", "type", "quantity", "size"],
  replaces: ["appId"],
  caseless: ["size"],
  references: [ofApp],
  plan: [uuidRule("formation-app", FILE, "appId")],
  call,
  computed: (inputs, site) => ({
    id: processOf({ inputs, site })?.id ?? uuid(site),
    size: sizeOf(inputs["size"]) ?? inputs["size"],
  }),
  updated: (inputs) => ({ size: sizeOf(inputs["size"]) ?? inputs["size"] }),
  settled,
  seconds: { create: 2, update: 2, delete: 0 },
};
