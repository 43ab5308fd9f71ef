/** Entry of the plugin `pulumi-analyzer-policy-slipway`: serves the pack to the engine that started it. */
import { PolicyPack, UnknownValueError, type ResourceValidationPolicy } from "@pulumi/policy";
import type { Inputs, PolicyRule } from "./rule";
import { rules } from "./rules";

/** Whether the stack is production, by its config, which the engine hands over as JSON. */
function isProduction(): boolean {
  const config = JSON.parse(process.env["PULUMI_CONFIG"] ?? "{}") as Record<string, string | undefined>;
  return config["slipway:environment"] === "prod";
}

function policyOf(rule: PolicyRule): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.description,
    enforcementLevel: rule.level,
    validateResource: ({ type, props }, report) => {
      if (!rule.types.includes(type)) return;
      const found = judged(rule, props, type);
      if (found !== undefined) report(found);
    },
  };
}

/** What a preview cannot know yet, the deployment judges before it makes the resource. */
function judged(rule: PolicyRule, inputs: Inputs, type: string): string | undefined {
  try {
    return rule.violation(inputs, type);
  } catch (error) {
    if (error instanceof UnknownValueError) return undefined;
    throw error;
  }
}

const production = isProduction();
new PolicyPack("slipway", {
  policies: rules.filter((rule) => production || rule.production !== true).map(policyOf),
});
