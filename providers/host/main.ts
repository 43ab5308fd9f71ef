/** Entry of the plugin `pulumi-resource-host`: serves the engine that started it, and ends with it. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { killAllNow } from "./children";
import { service } from "./server";

const PARENT_CHECK_MS = 1000;

function end(): never {
  process.exit(0);
}

/** The engine holds our standard input open; whatever way it goes, that or our parent changes. */
function endWithTheEngine(): void {
  const engine = process.ppid;
  process.stdin.on("end", end).on("error", end).resume();
  setInterval(() => {
    if (process.ppid !== engine) end();
  }, PARENT_CHECK_MS);
  process.on("SIGINT", end).on("SIGTERM", end).on("SIGHUP", end);
  process.on("exit", killAllNow);
}

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    console.error(`host provider: ${error.message}`);
    process.exit(1);
  }
  endWithTheEngine();
  console.log(port);
});
