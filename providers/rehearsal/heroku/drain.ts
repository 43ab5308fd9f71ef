import { textAt } from "../aws/read";
import type { Model, Question, Rule, Thing, Values } from "../model";
import { excludes, rule } from "../rules";
import { uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule } from "./rules";

export const DRAIN = "heroku:index/drain:Drain";

const FILE = "resource_heroku_drain.go";
const MOST_DRAINS = 5;

function urlOf(values: Values): string {
  return textAt(values, "sensitiveUrl") ?? textAt(values, "url") ?? "";
}

function others({ inputs, site }: Question): Thing[] {
  return site.all(DRAIN).filter(({ outputs }) => outputs["appId"] === inputs["appId"]);
}

// A URL may carry a token: no message repeats it.
const call: Rule[] = [
  rule(
    {
      id: "drain-url",
      source: "devcenter.heroku.com/articles/log-drains: syslog, syslog+tls or https",
      code: "invalid_params",
    },
    ["url", "sensitiveUrl"],
    ({ inputs }) => (/^(https|syslog\+tls|syslog):\/\/[^\s/:]+/.test(urlOf(inputs)) ? undefined : "Url is invalid"),
  ),
  rule(
    {
      id: "drain-url-taken",
      source: "devcenter.heroku.com/articles/log-drains: a URL once for each app",
      code: "invalid_params",
    },
    ["url", "sensitiveUrl", "appId"],
    (question) =>
      others(question).some(({ outputs }) => urlOf(outputs) === urlOf(question.inputs))
        ? "Url has already been taken"
        : undefined,
  ),
  rule(
    { id: "drain-quota", source: "devcenter.heroku.com/articles/limits: 5 drains of an app", code: "invalid_params" },
    ["appId"],
    (question) =>
      others(question).length >= MOST_DRAINS ? `You can have up to ${MOST_DRAINS} log drains on an app.` : undefined,
  ),
];

/** Where an app's logs go. */
export const drain: Model = {
  type: DRAIN,
  source: `${PROVIDER}/${FILE}`,
  required: ["appId"],
  replaces: ["appId", "url", "sensitiveUrl"],
  secrets: ["sensitiveUrl"],
  references: [ofApp],
  plan: [
    uuidRule("drain-app", FILE, "appId"),
    excludes({ id: "drain-one-url", source: `${PROVIDER}/${FILE}, ConflictsWith` }, "url", "sensitiveUrl"),
  ],
  call,
  computed: (_, site) => ({ id: uuid(site), token: `d.${uuid(site)}` }),
  seconds: { create: 2, delete: 1 },
};
