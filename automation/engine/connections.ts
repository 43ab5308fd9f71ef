/** Connections from programs that run in this process to the engine. */
import * as settings from "@pulumi/pulumi/runtime/settings";

/** Options of the SDK's clients of the engine: exported by the module, and left out of its types. */
const { grpcClientOptions } = settings as unknown as { grpcClientOptions: Record<string, unknown> };

/**
 * Gives every program connections of its own.
 *
 * The SDK leaves the connections of an inline program open, and gRPC shares connections of one process by address: once
 * the engine of an operation has ended, one of its two stands as failed, and fails the program of a later operation whose
 * engine happens to get the same port.
 */
export function separateConnections(): void {
  grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
}
