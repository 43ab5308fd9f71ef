/** Run Command, as the API reference of Systems Manager has it: what a command wrote and came to is told when it has ended. */
import { randomUUID } from "node:crypto";
import { Refused, type Input } from "./simulated-calls";

/** What becomes of a command. */
export interface CommandFate {
  /** @default "Success" */
  status?: "Success" | "Failed" | "TimedOut" | "Cancelled";
  /** @default the status */
  details?: string;
  /** @default 0; -1 where it never began */
  exitCode?: number;
  output?: string;
}

interface Sent {
  instance: string;
  looks: number;
}

export class SimulatedCommands {
  fate: CommandFate = {};
  private readonly sent = new Map<string, Sent>();

  /** @param isConnected whether Systems Manager reaches an instance */
  calls(isConnected: (instance: string) => boolean): Record<string, (input: Input) => unknown> {
    return {
      SendCommand: (input) => {
        const [instance = ""] = input["InstanceIds"] as string[];
        if (!isConnected(instance)) {
          throw new Refused("InvalidInstanceId", `Instances [[${instance}]] not in a valid state for account`);
        }
        const CommandId = randomUUID();
        this.sent.set(CommandId, { instance, looks: 0 });
        return { Command: { CommandId, Status: "Pending", StatusDetails: "Pending" } };
      },
      GetCommandInvocation: ({ CommandId, InstanceId }) => this.look(String(CommandId), String(InstanceId)),
    };
  }

  private look(id: string, instance: string): unknown {
    const sent = this.sent.get(id);
    // It takes a moment until the service knows of what it has just been sent.
    if (sent?.instance !== instance || ++sent.looks === 1) throw new Refused("InvocationDoesNotExist", "");
    const known = { CommandId: id, InstanceId: instance, DocumentName: "AWS-RunShellScript" };
    if (sent.looks === 2) {
      return {
        ...known,
        Status: "InProgress",
        StatusDetails: "InProgress",
        ResponseCode: -1,
        StandardOutputContent: "",
      };
    }
    const { status = "Success", details = status, exitCode = 0, output = "" } = this.fate;
    return { ...known, Status: status, StatusDetails: details, ResponseCode: exitCode, StandardOutputContent: output };
  }
}
