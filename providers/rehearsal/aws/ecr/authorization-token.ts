import type { Lookup } from "../../model";
import { registryHost } from "../ecs/images";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 64;
const TWELVE_HOURS = 43_200_000;

/** A login for the account's registry: another one each time, good for twelve hours. */
export const authorizationToken: Lookup = {
  token: "aws:ecr/getAuthorizationToken:getAuthorizationToken",
  source: "terraform-provider-aws internal/service/ecr/authorization_token_data_source.go",
  answer: (_, site) => {
    const password = site.fresh(LENGTH, LETTERS);
    return {
      id: site.region,
      region: site.region,
      userName: "AWS",
      password,
      authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
      expiresAt: new Date(Date.now() + TWELVE_HOURS).toISOString(),
      proxyEndpoint: `https://${registryHost(site)}`,
    };
  },
};
