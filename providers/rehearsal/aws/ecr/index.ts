import type { Lookup, Model } from "../../model";
import { authorizationToken } from "./authorization-token";
import { lifecyclePolicy } from "./lifecycle-policy";
import { repository } from "./repository";

/** Container registry. */
export const ecr: Model[] = [repository, lifecyclePolicy];

/** What is read of it. */
export const ecrLookups: Lookup[] = [authorizationToken];
