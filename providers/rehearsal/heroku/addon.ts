import type { Model, Site, Thing, Values } from "../model";
import { ADDON, ATTACHMENT, appOf, setVariables, stateOf, variablesOf, type Variables } from "./app-state";
import { FILE, called, deleted, planOf, planned } from "./addon-rules";
import { uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule } from "./rules";
import { SERVICES, type Service } from "./tables";

const COLOURS = ["AMBER", "BLUE", "COPPER", "GREEN", "IVORY", "JADE", "OLIVE", "PINK", "ROSE", "TEAL"];

/** The name of an add-on's first attachment: the service's own, or a colour where the app has one of it already. */
function attachmentOf(name: string, { attachment, coloured }: Service, taken: Variables): string {
  const isTaken = (each: string): boolean => Object.values(taken).includes(each);
  if (!isTaken(attachment)) return attachment;
  const service = coloured === true ? name : attachment;
  const stem = `HEROKU_${service.replaceAll("-", "_").toUpperCase()}`.replace("HEROKU_HEROKU_", "HEROKU_");
  const free = COLOURS.map((colour) => `${stem}_${colour}`).find((each) => !isTaken(each));
  return free ?? `${stem}_${Object.keys(taken).length}`;
}

/** What a vendor gives to an app: its config vars, secrets of the simulated cloud's own making. */
function variables(service: Service, attachment: string, site: Site): Variables {
  const [user, password] = [site.fresh(14), site.fresh(32)];
  const url = `${service.scheme}://u${user}:p${password}@${site.fresh(8)}.simulated.invalid/${site.fresh(8)}`;
  const others = (service.variables ?? []).map((name) => [name, site.fresh(36)] as const);
  return { [`${attachment}_URL`]: url, ...Object.fromEntries(others) };
}

function computed(inputs: Values, site: Site): { id: string } & Values {
  const { service: name } = planOf(inputs["plan"]);
  const service = SERVICES[name];
  const app = appOf(site, inputs["appId"]);
  const taken = app === undefined ? {} : stateOf(app).attached;
  const values = service === undefined ? {} : variables(service, attachmentOf(name, service, taken), site);
  return {
    id: uuid(site),
    providerId: uuid(site),
    configVars: Object.keys(values),
    configVarValues: values,
  };
}

function settled(addon: Thing, site: Site): void {
  const app = appOf(site, addon.inputs["appId"]);
  const values = addon.outputs["configVarValues"] as Variables;
  const names = Object.keys(values);
  if (app === undefined || names.every((name) => name in stateOf(app).attached)) return;
  const attachment = (names[0] ?? "").replace(/_URL$/, "");
  const attached = Object.fromEntries(names.map((name) => [name, attachment]));
  site.change(app, { attached: { ...stateOf(app).attached, ...attached } });
  setVariables(app, site, values, `Attach ${attachment} (@ref:${String(addon.outputs["name"])})`);
}

/** Takes an attachment's variables away from an app. */
export function detach(app: Thing, site: Site, names: readonly string[], description: string): void {
  const { attached } = stateOf(app);
  site.change(app, {
    attached: Object.fromEntries(Object.entries(attached).filter(([name]) => !names.includes(name))),
  });
  const own = names.filter((name) => name in variablesOf(app));
  setVariables(app, site, Object.fromEntries(own.map((name) => [name, undefined])), description);
}

function removed(addon: Thing, site: Site): void {
  const attachments = site.all(ATTACHMENT).filter(({ outputs }) => outputs["addonId"] === addon.id);
  for (const attachment of attachments) site.remove(attachment);
  const app = appOf(site, addon.inputs["appId"]);
  if (app === undefined) return;
  const further = attachments.map(({ outputs }) => `${String(outputs["name"])}_URL`);
  const names = [...(addon.outputs["configVars"] as string[]), ...further];
  detach(app, site, names, `Detach ${names[0]?.replace(/_URL$/, "") ?? ""} (@ref:${String(addon.outputs["name"])})`);
}

/** An add-on, with its first attachment. */
export const addon: Model = {
  type: ADDON,
  source: `${PROVIDER}/${FILE}; names by pulumi-terraform-bridge dynamic/info.go, SetAutonaming`,
  required: ["appId", "plan"],
  replaces: ["appId", "config"],
  name: { property: "name", longest: 255 },
  secrets: ["configVarValues"],
  references: [ofApp],
  plan: [uuidRule("addon-app", FILE, "appId"), ...planned],
  call: called,
  deletion: deleted,
  computed,
  settled,
  removed,
  seconds: {
    create: ({ plan }) => {
      const asked = planOf(plan);
      return SERVICES[asked.service]?.seconds(asked.plan) ?? 10;
    },
    update: 10,
    delete: 3,
  },
};
