/** Types that hold data, and what watches them: databases, secrets, queues, brokers, caches, logs, alarms, topics. */
import type { Lookup, Model } from "../model";
import { cloudwatch } from "./cloudwatch";
import { elasticache } from "./elasticache";
import { mq } from "./mq";
import { rds } from "./rds";
import { secretsmanager } from "./secretsmanager";
import { sns } from "./sns";
import { sqs } from "./sqs";

export const dataModels: readonly Model[] = [
  ...rds,
  ...secretsmanager,
  ...sqs,
  ...mq,
  ...elasticache,
  ...cloudwatch,
  ...sns,
];

/** None of their functions is used. */
export const dataLookups: readonly Lookup[] = [];
