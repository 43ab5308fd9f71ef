import type { Model } from "../../model";
import { topic } from "./topic";
import { topicPolicy } from "./topic-policy";
import { topicSubscription } from "./topic-subscription";

/** Types of SNS. */
export const sns: readonly Model[] = [topic, topicPolicy, topicSubscription];
