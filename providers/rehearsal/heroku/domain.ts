import type { Model, Rule } from "../model";
import { matches, rule } from "../rules";
import { appOf } from "./app-state";
import { madeUp, uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule, verified } from "./rules";
import { SSL } from "./ssl";

export const DOMAIN = "heroku:index/domain:Domain";

const FILE = "resource_heroku_domain.go";
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const MOST_DOMAINS = 1000;

const taken: Rule = rule(
  { id: "domain-taken", source: "locomotivecms/wagon#45, martyzz1/heroku3.py#36", code: "invalid_params" },
  ["hostname", "appId"],
  ({ inputs, old, site }) => {
    const there = site.find(DOMAIN, "hostname", inputs["hostname"]);
    if (there === undefined || there.id === old?.id) return undefined;
    return there.outputs["appId"] === inputs["appId"]
      ? "Domain already added to this app."
      : `${String(inputs["hostname"])} is currently in use by another app.`;
  },
);

const quota: Rule = rule(
  {
    id: "domain-quota",
    source: "devcenter.heroku.com/articles/limits: 1,000 domains of an app",
    code: "invalid_params",
  },
  ["appId"],
  ({ inputs, old, site }) => {
    const own = site.all(DOMAIN).filter(({ outputs }) => outputs["appId"] === inputs["appId"]);
    return old === undefined && own.length >= MOST_DOMAINS
      ? `An app has at most ${MOST_DOMAINS} custom domains.`
      : undefined;
  },
);

const wildcard: Rule = rule(
  {
    id: "domain-acm-wildcard",
    source: "devcenter.heroku.com/articles/understanding-ssl-on-heroku",
    code: "invalid_params",
  },
  ["hostname", "appId"],
  ({ inputs, site }) =>
    String(inputs["hostname"]).startsWith("*.") && appOf(site, inputs["appId"])?.outputs["acm"] === true
      ? "Automated Certificate Management does not support wildcard domains."
      : undefined,
);

const endpoint: Rule = rule(
  {
    id: "domain-endpoint",
    source: "devcenter.heroku.com/articles/ssl: a certificate of the app itself",
    code: "not_found",
  },
  ["sniEndpointId", "appId"],
  ({ inputs, site }) => {
    const ssl = site.find(SSL, "id", inputs["sniEndpointId"]);
    return ssl !== undefined && ssl.outputs["appId"] !== inputs["appId"]
      ? "Couldn't find that SNI endpoint: it belongs to another app."
      : undefined;
  },
);

/** A domain that an app answers to. */
export const domain: Model = {
  type: DOMAIN,
  source: `${PROVIDER}/${FILE}`,
  required: ["appId", "hostname"],
  replaces: ["appId", "hostname"],
  references: [ofApp, { property: "sniEndpointId", to: [SSL], missing: "not_found", holds: "invalid_params" }],
  plan: [uuidRule("domain-app", FILE, "appId")],
  call: [
    matches(
      {
        id: "domain-hostname",
        source: "devcenter.heroku.com/articles/custom-domains: a fully qualified name, wildcards at its start alone",
        code: "invalid_params",
      },
      "hostname",
      /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/i,
      "a fully qualified domain name such as www.example.com",
    ),
    verified("domain-verified", "devcenter.heroku.com/articles/account-verification", "in order to add domains"),
    taken,
    quota,
    wildcard,
    endpoint,
  ],
  computed: (_, site) => ({
    id: uuid(site),
    cname: `${madeUp(site).replace(/-\d+$/, "")}-${site.fresh(24, LETTERS)}.herokudns.com`,
  }),
  // The provider waits for 5 seconds (config.go, PostDomainCreateDelay).
  seconds: { create: 6, update: 1, delete: 1 },
};
