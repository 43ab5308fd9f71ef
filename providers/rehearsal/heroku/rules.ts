/** Rules and references that come back in many types of Heroku. */
import type { Reference, Rule } from "../model";
import { matches } from "../rules";
import { APP } from "./app-state";

/** Where the provider says what it takes. */
export const PROVIDER = "terraform-provider-heroku 5.3.2 heroku";

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** A property has to be a UUID: an app's name, say, is refused. */
export function uuidRule(id: string, file: string, property: string): Rule {
  return matches({ id, source: `${PROVIDER}/${file}, validation.IsUUID` }, property, UUID, "a UUID");
}

/** The app that something belongs to; deleting an app takes all of it along. */
export const ofApp: Reference = { property: "appId", to: [APP], missing: "not_found" };

/** Heroku's words for what is not there, heroku/cli test/unit/commands: `Couldn't find that app.` */
export function notFound(what: string): string {
  return `Couldn't find that ${what}.`;
}

/** What stands for whoever deploys: list it in the file of `--given`, with `verified: false`, to rehearse without a card. */
const ACCOUNT = "heroku:index/account:Account";

/** What only an account with a payment method can do. @param purpose `to install this add-on plan` */
export function verified(id: string, source: string, purpose: string): Rule {
  return {
    id,
    source,
    code: "verification_required",
    refuses: ({ site, old }) =>
      old === undefined && site.find(ACCOUNT, "verified", false) !== undefined
        ? `Please verify your account ${purpose} (please enter a credit card) For more information, see ` +
          "https://devcenter.heroku.com/categories/billing Verify now at https://heroku.com/verify"
        : undefined,
  };
}
