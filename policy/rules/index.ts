import type { PolicyRule } from "../rule";
import { accessRules } from "./access";
import { containerRules } from "./containers";
import { dataRules } from "./data";
import { environmentRules } from "./environments";
import { resilienceRules } from "./resilience";

/** Every policy of the pack. */
export const rules: readonly PolicyRule[] = [
  ...accessRules,
  ...containerRules,
  ...dataRules,
  ...environmentRules,
  ...resilienceRules,
];
