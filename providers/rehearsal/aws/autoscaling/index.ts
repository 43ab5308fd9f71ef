import type { Model } from "../../model";
import { group } from "./group";

export const autoscaling: Model[] = [group];
