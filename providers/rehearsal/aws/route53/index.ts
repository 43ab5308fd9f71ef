import type { Model } from "../../model";
import { record } from "./record";

/** DNS. */
export const route53: Model[] = [record];
