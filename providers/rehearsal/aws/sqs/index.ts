import type { Model } from "../../model";
import { queue } from "./queue";
import { queuePolicy, redriveAllowPolicy, redrivePolicy } from "./queue-policies";

/** Types of SQS. */
export const sqs: readonly Model[] = [queue, queuePolicy, redrivePolicy, redriveAllowPolicy];
