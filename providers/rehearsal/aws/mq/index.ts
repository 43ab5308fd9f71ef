import type { Model } from "../../model";
import { broker } from "./broker";
import { configuration } from "./configuration";

/** Types of Amazon MQ. */
export const mq: readonly Model[] = [configuration, broker];
