import { X509Certificate, createPrivateKey, type KeyObject } from "node:crypto";
import type { Model, Rule } from "../model";
import { rule } from "../rules";
import { madeUp, uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule } from "./rules";

export const SSL = "heroku:index/ssl:Ssl";

const FILE = "resource_heroku_ssl.go";
const MANUAL = "devcenter.heroku.com/articles/ssl";

function certificateOf(chain: unknown): X509Certificate | undefined {
  try {
    return new X509Certificate(String(chain));
  } catch {
    return undefined;
  }
}

function keyOf(key: unknown): KeyObject | undefined {
  try {
    return createPrivateKey(String(key));
  } catch {
    return undefined;
  }
}

const call: Rule[] = [
  rule(
    { id: "ssl-certificate", source: `${MANUAL}: certificates in PEM`, code: "invalid_params" },
    ["certificateChain"],
    ({ inputs }) =>
      certificateOf(inputs["certificateChain"]) === undefined ? "No certificate given is in PEM." : undefined,
  ),
  rule(
    { id: "ssl-expired", source: `${MANUAL}: certificates that are valid`, code: "invalid_params" },
    ["certificateChain"],
    ({ inputs }) => {
      const end = certificateOf(inputs["certificateChain"])?.validTo;
      return end !== undefined && Date.parse(end) < Date.now() ? `The certificate has expired on ${end}.` : undefined;
    },
  ),
  rule(
    { id: "ssl-key", source: `${MANUAL}: the key of the certificate`, code: "invalid_params" },
    ["certificateChain", "privateKey"],
    ({ inputs }) => {
      const key = keyOf(inputs["privateKey"]);
      const fits = key !== undefined && certificateOf(inputs["certificateChain"])?.checkPrivateKey(key) === true;
      return fits ? undefined : "The private key is not the one of the certificate.";
    },
  ),
];

/** A certificate of one's own. */
export const ssl: Model = {
  type: SSL,
  source: `${PROVIDER}/${FILE}`,
  required: ["appId", "certificateChain"],
  replaces: ["appId"],
  secrets: ["privateKey"],
  references: [ofApp],
  plan: [uuidRule("ssl-app", FILE, "appId")],
  call,
  computed: (_, site) => ({ id: uuid(site), name: madeUp(site) }),
  seconds: { create: 3, update: 3, delete: 1 },
};
