/** Which provider a request is from, and how it is answered. */
import { Metadata, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { StatefulFailure } from "../protocol/stateful-failure";
import type { Settings } from "./model";

/** What a request says of the provider that it is for. */
export interface Session {
  settings: Settings;
}

type Handler<Request, Response> = (request: Request, session: Session) => Response | Promise<Response>;

/**
 * Explicit providers and the default one attach to the same server, and no request says which of them it is from; but
 * each has a connection of its own. One that was made anew belongs to the provider that was configured last.
 */
export function sessions() {
  const byPeer = new Map<string, Session>();
  let last: Session = { settings: {} };
  const reply =
    <Request, Response>(handle: (request: Request, peer: string) => Response | Promise<Response>) =>
    (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>): void => {
      void (async () => handle(call.request, call.getPeer()))().then(
        (response) => respond(null, response),
        (error: unknown) => {
          const metadata = error instanceof StatefulFailure ? error.metadata : new Metadata();
          const details = error instanceof Error ? error.message : String(error);
          respond({ code: status.UNKNOWN, details, metadata });
        },
      );
    };
  return {
    answer: <Request, Response>(handler: Handler<Request, Response>) =>
      reply((request: Request, peer) => handler(request, byPeer.get(peer) ?? last)),
    settled: (handler: (request: proto.ConfigureRequest) => Settings) =>
      reply((request: proto.ConfigureRequest, peer) => {
        last = { settings: handler(request) };
        byPeer.set(peer, last);
        return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
      }),
  };
}
