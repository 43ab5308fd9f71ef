/** A stack that the command line deploys and operates as if it were on AWS. */
import * as path from "node:path";
import { packageRoot } from "../../../components/package-root";
import { Running, type Ended } from "../../engine/support/running";
import type { SimulatedAws } from "../../support/simulated-aws";
import type { Fate } from "../../support/simulated-ecs";
import type { SimulatedPlatform } from "../../support/simulated-platform";
import type { Account, AccountStack, Sections } from "./account";
import { OperatedClouds } from "./operated-clouds";

export class OperatedStack {
  private constructor(
    private readonly clouds: OperatedClouds,
    readonly stack: AccountStack,
  ) {}

  static async open(sections: Sections): Promise<OperatedStack> {
    const clouds = await OperatedClouds.open();
    return new OperatedStack(clouds, clouds.account.stack("prod", { environment: "prod", ...sections }));
  }

  get account(): Account {
    return this.clouds.account;
  }

  get aws(): SimulatedAws {
    return this.clouds.aws;
  }

  get heroku(): SimulatedPlatform {
    return this.clouds.heroku;
  }

  /** What becomes of the tasks of what is deployed next, by process. */
  set fates(fates: Record<string, Fate>) {
    this.clouds.fates = fates;
  }

  /** How many images were built. */
  get builds(): number {
    const isBuild = ({ type, operation }: { type: string; operation: string }): boolean =>
      type.startsWith("docker:") && operation === "create";
    return this.account.calls.filter(isBuild).length;
  }

  /** Runs `slipway` with these words alone, to its end. */
  line(...words: string[]): Promise<Ended> {
    return this.running({}, words).ended;
  }

  /** Runs `slipway` on the stack, to its end. */
  slipway(...words: string[]): Promise<Ended> {
    return this.start({}, ...words).ended;
  }

  /** Starts `slipway` on the stack, with more environment. */
  start(more: NodeJS.ProcessEnv, ...words: string[]): Running {
    const [command = "", ...rest] = words;
    return this.running(more, [command, "--stack", "prod", ...rest]);
  }

  close(): Promise<void> {
    return this.clouds.close();
  }

  private running(more: NodeJS.ProcessEnv, words: readonly string[]): Running {
    const argv = [process.execPath, path.join(packageRoot, "bin", "slipway.mjs"), ...words];
    return new Running(argv, this.account.folder, { ...this.clouds.environment, ...more });
  }
}
