/** The command that rehearses a deployment. */
import type { Command } from "commander";
import type { OperationOptions } from "../engine/operations";
import type { RehearseOptions } from "../rehearsal/rehearse";
import { operationCommand, perform, stackOf, type OperationFlags, type Outcome } from "../terminal/command";

type RehearseFlags = OperationFlags &
  Pick<RehearseOptions, "given" | "update" | "destroy" | "keep" | "registry"> & {
    fault: string[];
    real: string[];
    plan?: boolean;
  };

const collect = (value: string, all: string[]): string[] => [...all, value];

/** Adds `rehearse`. */
export function addRehearseCommand(program: Command): void {
  operationCommand(program, "rehearse", "deploy to simulated clouds, which refuse what the real ones refuse")
    .option("--fault <fault>", "order a fault, such as fail:create:Subnet:2; may be given again", collect, [])
    .option("--given <file>", "YAML file that lists what is in the account already")
    .option("--plan", "plan only")
    .option("--update", "deploy another release after the first")
    .option("--destroy", "remove what is not protected at the end, and list what is left")
    .option("--keep", "go on from the last rehearsal instead of an empty account")
    .option("--real <provider>", "use a provider's real plugin, such as docker; may be given again", collect, [])
    .option("--registry <host:port>", "registry that stands for the cloud's own")
    .action(async ({ fault, given, plan, update, destroy, keep, real, registry, ...flags }: RehearseFlags) => {
      const { rehearse } = await import("../index");
      const { rehearsalText } = await import("../terminal/rehearsal");
      const asked = {
        stack: stackOf(flags),
        faults: fault,
        real,
        planOnly: plan === true,
        update: update === true,
        destroy: destroy === true,
        keep: keep === true,
        ...(given !== undefined && { given }),
        ...(registry !== undefined && { registry }),
      };
      const run = async (options: OperationOptions): Promise<Outcome> => {
        const report = await rehearse({ ...options, ...asked });
        return { value: report, text: () => rehearsalText(report), ended: report.ended };
      };
      await perform("rehearse", flags, run, "failures");
    });
}
