/** What can be done with a stack on ECS. The clients of AWS are loaded with the first question. */
import type { TargetOperations } from "../target";

export const ecsOperations: Pick<TargetOperations, "confirm" | "explain"> = {
  confirm: async (open, outputs, options) => {
    const [{ askAwsOf }, { confirmRollout }] = await Promise.all([import("./deployed"), import("./rollout")]);
    await askAwsOf(open, outputs, (deployed) => confirmRollout(deployed, options));
  },
  explain: async (open) => {
    const [{ withClients }, { discover }, { explainFailure }] = await Promise.all([
      import("./deployed"),
      import("./discover"),
      import("./rollout"),
    ]);
    return withClients(open, async (aws) => {
      const found = await discover(open.place, aws);
      return found && explainFailure(found);
    });
  },
};
