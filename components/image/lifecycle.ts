/** Which images a repository forgets. */

const UNTAGGED_DAYS = 14;

/**
 * Lifecycle policy that keeps the newest `keep` tagged images. What is untagged was never deployed: a push that was not
 * finished. Every image that was is tagged, and a tag is never taken from it.
 */
export function lifecyclePolicy(keep: number): object {
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Untagged images go after ${UNTAGGED_DAYS} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: UNTAGGED_DAYS,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `The newest ${keep} images stay`,
        selection: { tagStatus: "tagged", tagPatternList: ["*"], countType: "imageCountMoreThan", countNumber: keep },
        action: { type: "expire" },
      },
    ],
  };
}
