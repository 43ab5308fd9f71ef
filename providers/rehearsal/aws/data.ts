/** Types that hold data, and what watches them: databases, secrets, queues, brokers, caches, logs, alarms, topics. */
import type { Lookup, Model } from "../model";
import { rds } from "./rds";

export const dataModels: readonly Model[] = [...rds];

export const dataLookups: readonly Lookup[] = [];
