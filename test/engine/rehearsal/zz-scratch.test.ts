import * as engine from "../../../automation/engine/operations";
import { kill, processTable } from "../support/process-table";
import { Account } from "./support/account";
describe("scratch", function () {
  this.timeout(600_000);
  it("x", async () => {
    const account = await Account.open();
    try {
      const stack = account.stack("dev");
      let n = 0;
      account.onCall = ({ operation }) => {
        if (operation === "create" && ++n === 40) for (const { pid, parent, command } of processTable()) if (parent === process.pid && /\/pulumi up /.test(command)) kill(pid);
      };
      await stack.up().catch((e: Error) => console.log(e.message));
      account.onCall = () => undefined;
      const open = await (stack as any).open();
      await engine.update(open, { onProgress: (p) => { if (p.kind === "diagnostic" && p.diagnostic.severity !== ("debug" as string)) console.log("UP", JSON.stringify(p)); } });
      await engine.preview(open, { onProgress: (p) => { if (p.kind === "diagnostic" && p.diagnostic.severity !== ("debug" as string)) console.log("PREVIEW", JSON.stringify(p)); } });
      const raw = await open.stack.refresh({ ...open.engineOptions, clearPendingCreates: true, color: "never", onEvent: (e: any) => { if (e.diagnosticEvent && e.diagnosticEvent.severity !== "debug") console.log("REFRESH", JSON.stringify(e.diagnosticEvent)); } });
      console.log(raw.stderr.slice(-500), (JSON.parse(stack.stateText())).checkpoint.latest.pending_operations);
    } finally { account.close(); }
  });
});
