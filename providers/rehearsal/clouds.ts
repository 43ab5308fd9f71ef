import { cloud as aws } from "./aws";
import { cloud as docker } from "./docker";
import type { Cloud } from "./model";

/** Every cloud that can be rehearsed. */
export const clouds: readonly Cloud[] = [aws, docker];
