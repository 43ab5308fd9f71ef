import type { Model } from "../../model";
import { lambdaFunction } from "./function";
import { invocation } from "./invocation";

/** Functions. */
export const lambda: Model[] = [lambdaFunction, invocation];
