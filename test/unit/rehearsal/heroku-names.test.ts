/** Rules of the simulated Heroku for domains, certificates and drains. */
import type { Values } from "../../../providers/rehearsal/model";
import { CERTIFICATE, EXPIRED, KEY, OTHER_KEY } from "../support/certificates";
import { testRules } from "../support/rule-table";
import type { SimulatedCloud } from "../support/simulated-cloud";
import { HEROKU, ID, herokuTable, unverified, uuidOf } from "../support/simulated-heroku";

/** A certificate of an app. */
const endpointOf =
  (appId: string) =>
  async (cloud: SimulatedCloud): Promise<Values> => {
    const ssl = await cloud.create(HEROKU.ssl, { appId, certificateChain: CERTIFICATE, privateKey: KEY });
    return { sniEndpointId: ssl.id };
  };

/** Gives `shop` so many domains. */
function domains(count: number, cloud: SimulatedCloud): Promise<void> {
  const { store } = cloud.open.world;
  for (let number = 0; number < count; number += 1) {
    const outputs = { appId: ID.shop, hostname: `${number}.example.com` };
    store.add({ type: HEROKU.domain, id: uuidOf(1000 + number), inputs: outputs, outputs }, "given");
  }
  return Promise.resolve();
}

testRules(
  {
    [HEROKU.domain]: {
      base: { appId: ID.shop, hostname: "www.example.com" },
      rules: {
        "domain-app": { accepted: {}, refused: { appId: "shop" } },
        "domain-hostname": { accepted: { hostname: "*.example.com" }, refused: { hostname: "www.*.example.com" } },
        "domain-verified": {
          accepted: {},
          refused: async (cloud) => {
            await unverified(cloud);
            return {};
          },
        },
        "domain-taken": {
          given: (cloud) => cloud.create(HEROKU.domain, { appId: ID.bare, hostname: "www.example.com" }),
          accepted: { hostname: "shop.example.com" },
          refused: {},
        },
        "domain-quota": {
          given: (cloud) => domains(999, cloud),
          accepted: {},
          refused: (cloud) =>
            cloud.create(HEROKU.domain, { appId: ID.shop, hostname: "a.example.com" }).then(() => ({})),
        },
        "domain-acm-wildcard": {
          accepted: { appId: ID.secure },
          refused: { appId: ID.secure, hostname: "*.example.com" },
        },
        "domain-endpoint": { accepted: endpointOf(ID.shop), refused: endpointOf(ID.bare) },
      },
    },
    [HEROKU.ssl]: {
      base: { appId: ID.shop, certificateChain: CERTIFICATE, privateKey: KEY },
      rules: {
        "ssl-app": { accepted: {}, refused: { appId: "shop" } },
        "ssl-certificate": { accepted: {}, refused: { certificateChain: "www.example.com" } },
        "ssl-expired": { accepted: {}, refused: { certificateChain: EXPIRED } },
        "ssl-key": { accepted: {}, refused: { privateKey: OTHER_KEY } },
      },
    },
    [HEROKU.drain]: {
      base: { appId: ID.shop },
      rules: {
        "drain-app": {
          accepted: { url: "https://logs.example.com/in" },
          refused: { appId: "shop", url: "https://a.b" },
        },
        "drain-one-url": {
          accepted: { sensitiveUrl: "https://token@logs.example.com" },
          refused: { url: "https://logs.example.com", sensitiveUrl: "https://token@logs.example.com" },
        },
        "drain-url": {
          accepted: { url: "syslog+tls://logs.example.com:6514" },
          refused: { url: "ftp://logs.example.com" },
        },
        "drain-url-taken": {
          given: (cloud) => cloud.create(HEROKU.drain, { appId: ID.shop, url: "https://logs.example.com" }),
          accepted: { appId: ID.bare, url: "https://logs.example.com" },
          refused: { sensitiveUrl: "https://logs.example.com" },
        },
        "drain-quota": {
          given: async (cloud) => {
            for (const name of ["a", "b", "c", "d"]) {
              await cloud.create(HEROKU.drain, { appId: ID.shop, url: `https://${name}.example.com` });
            }
          },
          accepted: { url: "https://logs.example.com" },
          refused: async (cloud) => {
            await cloud.create(HEROKU.drain, { appId: ID.shop, url: "https://e.example.com" });
            return { url: "https://logs.example.com" };
          },
        },
      },
    },
  },
  herokuTable,
);
