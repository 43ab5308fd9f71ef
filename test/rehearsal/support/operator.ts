/** Who gives commands on a stack that is operated, and expects how they end. */
import { expect } from "chai";
import type { ReleaseInfo } from "../../../automation";
import { EXIT } from "../../../automation/errors";
import type { Ended } from "../../engine/support/running";
import { OperatedStack } from "./operated-stack";

/** What is done with a stack, whatever it runs on. */
export class Operator {
  private constructor(readonly stack: OperatedStack) {}

  static async open(...sections: Parameters<typeof OperatedStack.open>): Promise<Operator> {
    return new Operator(await OperatedStack.open(...sections));
  }

  async well(...words: string[]): Promise<string> {
    const { code, stdout, stderr }: Ended = await this.stack.slipway(...words);
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  }

  async ended(kind: keyof typeof EXIT, ...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.stack.slipway(...words);
    expect(code, stdout + stderr).to.equal(EXIT[kind]);
    return stderr;
  }

  async json<T>(...words: string[]): Promise<T> {
    return JSON.parse(await this.well(...words, "--json")) as T;
  }

  releases(): Promise<ReleaseInfo[]> {
    return this.json("releases");
  }

  /** Gives what serves to another stack. */
  async promoted(to: string): Promise<string> {
    const { code, stdout, stderr } = await this.stack.line("promote", "prod", to, "--yes");
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  }

  /** What another stack says of itself. */
  async told<T>(stack: string, command: string): Promise<T> {
    const { code, stdout, stderr } = await this.stack.line(command, "--stack", stack, "--json");
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as T;
  }
}
