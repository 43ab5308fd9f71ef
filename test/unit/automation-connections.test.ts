import * as net from "node:net";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceMonitorClient, ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { SupportsFeatureRequest, SupportsFeatureResponse } from "@pulumi/pulumi/proto/resource_pb";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { expect } from "chai";
import { separateConnections } from "../../automation/engine/connections";

/** As the SDK makes a program's connection to the engine. */
function connect(port: number): ResourceMonitorClient {
  const { grpcClientOptions } = settings as unknown as { grpcClientOptions: object };
  return new ResourceMonitorClient(`127.0.0.1:${port}`, credentials.createInsecure(), grpcClientOptions);
}

function ask(client: ResourceMonitorClient): Promise<ServiceError | null> {
  return new Promise((resolve) => client.supportsFeature(new SupportsFeatureRequest(), (error) => resolve(error)));
}

async function unusedPort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("connections to the engine", () => {
  it("do not fail for what became of an earlier engine on the same port", async () => {
    separateConnections();
    const port = await unusedPort();
    const [left, server] = [connect(port), new Server()];
    expect((await ask(left))?.details).to.contain("ECONNREFUSED");
    server.addService(ResourceMonitorService, {
      supportsFeature: (_: unknown, respond: (error: null, response: SupportsFeatureResponse) => void) =>
        respond(null, new SupportsFeatureResponse()),
    });
    await new Promise((resolve) => server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), resolve));
    const own = connect(port);
    try {
      expect(await ask(own)).to.equal(null);
    } finally {
      for (const client of [left, own]) client.close();
      server.forceShutdown();
    }
  });
});
