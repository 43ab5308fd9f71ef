/** A failed operation that left something: its state travels with the error, as the engine wants it. */
import { Metadata, status } from "@grpc/grpc-js";
import type { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";

export class StatefulFailure extends Error {
  readonly metadata = new Metadata();

  constructor(message: string, failed: ErrorResourceInitFailed) {
    super(message);
    const detail = new Any();
    detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const details = new Status().setCode(status.UNKNOWN).setMessage("The resource is not as it should be.");
    details.addDetails(detail);
    this.metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  }
}
