/** The provider as a gRPC server; it runs in a process of its own, or inside the program that drives the engine. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { service } from "./server";

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * Serves the host provider on a free loopback port, and returns the port. An engine that is started with
 * `PULUMI_DEBUG_PROVIDERS=host:<port>` uses this server instead of starting the plugin, which saves two process starts
 * for each operation. Whoever serves has to call `killAllNow` of ./children when it ends.
 */
export function serve(): Promise<number> {
  const server = new Server(UNLIMITED);
  server.addService(ResourceProviderService, service);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
