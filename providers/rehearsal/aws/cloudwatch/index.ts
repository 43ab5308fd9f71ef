import type { Model } from "../../model";
import { dashboard } from "./dashboard";
import { eventRule, eventTarget } from "./events";
import { logGroup } from "./log-group";
import { metricAlarm } from "./metric-alarm";

/** Types of CloudWatch: logs, alarms, dashboards; and of EventBridge, which its provider counts in. */
export const cloudwatch: readonly Model[] = [logGroup, metricAlarm, dashboard, eventRule, eventTarget];
