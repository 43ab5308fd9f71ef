/** What becomes of an environment that the provider waits for in vain. */
import type { Question, Rule, Thing } from "../../model";
import { rule } from "../../rules";
import { removeParts, syncParts } from "./parts";
import { ENVIRONMENT } from "./types";

/** What failed: nothing of a failed launch stays; a failed deployment leaves the environment, in bad health. */
type Step = "launch" | "deployment";

const ENDS = {
  launch: "Failed to launch environment.",
  deployment: "Instance deployment failed. For details, see 'eb-engine.log'.",
} as const;

/** A rule about an environment that was accepted. */
export function afterwards(
  id: string,
  source: string,
  step: Step,
  fault: (question: Question) => string | undefined,
): Rule {
  return rule(
    { id, source: `${source}; terraform-provider-aws environment.go, getBeanstalkEnvironmentErrors` },
    [],
    (question) => {
      const reason = fault(question);
      if (reason === undefined) return undefined;
      const environment = running(question);
      if (question.old !== undefined) return `${reason} ${goBack(question, environment)}`;
      if (step === "launch" && environment !== undefined) {
        removeParts(environment, question.site);
        question.site.remove(environment);
      }
      return `${reason} ${ENDS[step]}`;
    },
  );
}

function running({ inputs, old, site }: Question): Thing | undefined {
  return old === undefined ? site.find(ENVIRONMENT, "name", inputs["name"]) : site.find(ENVIRONMENT, "id", old.id);
}

/** The environment goes on as it was. */
function goBack({ old, site }: Question, environment: Thing | undefined): string {
  if (old !== undefined && environment !== undefined) {
    site.change(environment, old.outputs);
    syncParts(old, site);
  }
  return "Update environment operation is complete, but with errors. The environment was rolled back to what it was.";
}
