/** A provider as a gRPC server; it runs in a process of its own, or inside the program that drives the engine. */
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** A provider that serves. */
export interface Serving {
  /** Port on the loopback interface. */
  port: number;
  /** Ends it at once, whatever is under way. */
  close: () => void;
}

/**
 * Serves a provider on a free loopback port. An engine that is started with `PULUMI_DEBUG_PROVIDERS=<name>:<port>` uses
 * this server instead of starting a plugin.
 */
export function serve(service: UntypedServiceImplementation): Promise<Serving> {
  const server = new Server(UNLIMITED);
  server.addService(ResourceProviderService, service);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve({ port, close: () => server.forceShutdown() });
      else reject(error);
    });
  });
}
