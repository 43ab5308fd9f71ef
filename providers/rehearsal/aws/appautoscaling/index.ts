import type { Model } from "../../model";
import { scalingPolicy } from "./policy";
import { scalableTarget } from "./target";

/** Application Auto Scaling. */
export const appautoscaling: Model[] = [scalableTarget, scalingPolicy];
