import type { Lookup, Model } from "../../model";
import { applicationVersion } from "./application-version";
import { application } from "./application";
import { environment } from "./environment";
import { getHostedZone } from "./hosted-zone";
import { getSolutionStack } from "./solution-stacks";

/** Elastic Beanstalk. */
export const elasticbeanstalk: readonly Model[] = [application, applicationVersion, environment];

/** What is read of it. */
export const elasticbeanstalkLookups: readonly Lookup[] = [getSolutionStack, getHostedZone];
