import { isObject } from "../../../protocol/values";
import type { Model, Rule, Values } from "../../model";
import { jsonText, rule } from "../../rules";
import { documentOf } from "../documents";
import { numberAt, textAt, textsAt } from "../read";
import { REPOSITORY } from "./repository";

const SOURCE = "terraform-provider-aws internal/service/ecr/lifecycle_policy.go";
const GUIDE = "ECR user guide, Lifecycle policy properties";

const about = (id: string, words: string): Pick<Rule, "id" | "source" | "code"> => ({
  id,
  source: `${GUIDE}: ${words}`,
  code: "InvalidParameterException",
});

function rulesOf(inputs: Values): Values[] {
  const rules = documentOf(inputs["policy"])?.["rules"];
  return Array.isArray(rules) ? rules.filter(isObject) : [];
}

function invalid(why: string): string {
  return `Lifecycle policy validation failure: ${why}`;
}

const call: Rule[] = [
  rule(about("lifecycle-rules", "rules"), ["policy"], ({ inputs }) =>
    rulesOf(inputs).length === 0 ? invalid("the policy has to have rules") : undefined,
  ),
  rule(about("lifecycle-priority", "rulePriority"), ["policy"], ({ inputs }) => {
    const priorities = rulesOf(inputs).map((each) => numberAt(each, "rulePriority") ?? 0);
    if (priorities.some((priority) => !Number.isInteger(priority) || priority < 1))
      return invalid("rulePriority has to be a number from 1");
    return new Set(priorities).size === priorities.length ? undefined : invalid("rulePriority has to be unique");
  }),
  rule(about("lifecycle-status", "tagStatus"), ["policy"], ({ inputs }) => {
    const wrong = rulesOf(inputs).find(
      (each) => !["tagged", "untagged", "any"].includes(textAt(each, "selection.tagStatus") ?? ""),
    );
    return wrong && invalid("tagStatus has to be tagged, untagged or any");
  }),
  rule(about("lifecycle-tags", "tagPrefixList, tagPatternList"), ["policy"], ({ inputs }) => {
    const wrong = rulesOf(inputs).find(
      (each) =>
        textAt(each, "selection.tagStatus") === "tagged" &&
        [...textsAt(each, "selection.tagPrefixList"), ...textsAt(each, "selection.tagPatternList")].length === 0,
    );
    return wrong && invalid("tagStatus tagged needs tagPrefixList or tagPatternList");
  }),
  rule(about("lifecycle-any-last", "tagStatus any has the highest rulePriority"), ["policy"], ({ inputs }) => {
    const priority = (each: Values): number => numberAt(each, "rulePriority") ?? 0;
    const any = rulesOf(inputs).filter((each) => textAt(each, "selection.tagStatus") === "any");
    const last = Math.max(0, ...rulesOf(inputs).map(priority));
    if (any.length > 1) return invalid("only one rule may have tagStatus any");
    return any[0] !== undefined && priority(any[0]) < last
      ? invalid("a rule with tagStatus any has to have the highest rulePriority")
      : undefined;
  }),
  rule(about("lifecycle-count", "countType, countUnit, countNumber"), ["policy"], ({ inputs }) => {
    for (const each of rulesOf(inputs)) {
      const type = textAt(each, "selection.countType");
      const unit = textAt(each, "selection.countUnit");
      if (type !== "imageCountMoreThan" && type !== "sinceImagePushed")
        return invalid(`countType '${String(type)}' is not supported`);
      if (type === "sinceImagePushed" && unit !== "days") return invalid("sinceImagePushed needs countUnit days");
      if (type === "imageCountMoreThan" && unit !== undefined)
        return invalid("countUnit is not allowed with imageCountMoreThan");
      if ((numberAt(each, "selection.countNumber") ?? 0) < 1) return invalid("countNumber has to be from 1");
    }
    return undefined;
  }),
  rule(about("lifecycle-action", "action"), ["policy"], ({ inputs }) => {
    const wrong = rulesOf(inputs).find((each) => textAt(each, "action.type") !== "expire");
    return wrong && invalid("action.type has to be expire");
  }),
];

/** What images of a repository are kept. */
export const lifecyclePolicy: Model = {
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  source: SOURCE,
  required: ["policy", "repository"],
  replaces: ["policy", "repository"],
  json: ["policy"],
  references: [{ property: "repository", to: [REPOSITORY], by: "name", missing: "RepositoryNotFoundException" }],
  plan: [jsonText({ id: "lifecycle-json", source: SOURCE }, "policy")],
  call,
  computed: (inputs, site) => ({ id: String(inputs["repository"]), registryId: site.account }),
  seconds: { create: 1, delete: 1 },
};
