/** Rules about config vars, for the app and for what sets some of an app's. */
import type { Question, Rule, Thing } from "../model";
import { rule, type About } from "../rules";
import { stateOf, variablesOf, type Variables } from "./app-state";
import { PROVIDER } from "./rules";

/** Most bytes of all names and values of an app. */
const MOST_BYTES = 65536;

/** Where a type has its variables, and the app that they are set on. */
export interface Variable {
  /** Begins the ids of the rules. */
  prefix: string;
  file: string;
  plain: string;
  sensitive: string;
  appOf: (question: Question) => Thing | undefined;
}

/** The rules, in the order in which the provider and Heroku come to them. */
export function variableRules({ prefix, file, plain, sensitive, appOf }: Variable): Rule[] {
  const properties = [plain, sensitive];
  const about = (id: string, source: string): About => ({ id: `${prefix}-${id}`, source, code: "invalid_params" });
  const asked = ({ inputs }: Question): Variables => ({
    ...(inputs[plain] as Variables | undefined),
    ...(inputs[sensitive] as Variables | undefined),
  });
  return [
    rule({ id: `${prefix}-variable-twice`, source: `${PROVIDER}/${file}` }, properties, ({ inputs }) => {
      const other = Object.keys(inputs[sensitive] ?? {});
      const both = Object.keys(inputs[plain] ?? {}).filter((name) => other.includes(name));
      return both.length === 0 ? undefined : `[ERROR] Detected duplicate config vars: [${both.join(" ")}]`;
    }),
    rule(
      about("variable-name", "heroku-go v6 schema.json: config-var, Update: names are word characters"),
      properties,
      (question) => {
        const wrong = Object.keys(asked(question)).find((name) => !/^\w+$/.test(name));
        return wrong === undefined
          ? undefined
          : `Config var names are letters, digits and underscores; "${wrong}" is not.`;
      },
    ),
    rule(
      about("variable-attached", "devcenter.heroku.com/articles/managing-add-ons: attachments own their config vars"),
      properties,
      (question) => {
        const app = appOf(question);
        const names = Object.keys(asked(question)).filter((name) => app !== undefined && name in stateOf(app).attached);
        return names.length === 0 ? undefined : `Cannot overwrite attachment values ${names.join(", ")}.`;
      },
    ),
    rule(
      about("variables-size", "devcenter.heroku.com/articles/config-vars: 64 KB of names and values for each app"),
      properties,
      (question) => {
        const app = appOf(question);
        const all = { ...(app === undefined ? {} : variablesOf(app)), ...asked(question) };
        const bytes = Buffer.byteLength(Object.entries(all).flat().join(""));
        return bytes <= MOST_BYTES
          ? undefined
          : `Config vars have ${bytes} bytes; the limit is ${MOST_BYTES} for an app.`;
      },
    ),
  ];
}
