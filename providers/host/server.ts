/** The engine's side: answers its calls by way of the resource types. */
import {
  Metadata,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { version } from "../../package.json";
import { redact } from "./redact";
import { resourceType } from "./registry";
import { type AnyResourceType, type Context, type Failure, Incomplete } from "./resource";
import {
  type Bag,
  type Difference,
  type Received,
  differences,
  hasUnknown,
  receive,
  send,
  topOf,
} from "../protocol/values";
import type { HostInputs } from "./resources";

/** What is under way now; the engine also cancels when it has nothing more to do. */
let cancellation = new AbortController();

function context(): Context {
  return { signal: cancellation.signal };
}

function read(struct: Struct | undefined): Received {
  return receive(struct?.toJavaScript() ?? {});
}

function write(values: Readonly<Record<string, unknown>>, type: AnyResourceType, marked: ReadonlySet<string>): Struct {
  const wire = send(values, new Set([...marked, ...(type.secrets ?? [])]));
  return Struct.fromJavaScript(wire as Record<string, JavaScriptValue>);
}

async function locked<T>(inputs: HostInputs, action: () => Promise<T>): Promise<T> {
  const { withRootLock } = await import("./lock");
  return withRootLock(inputs.root, context().signal, action);
}

/** Values that no previous rule has looked at can only be treated as what they are said to be. */
function typed(values: Bag): HostInputs & Bag {
  return values as HostInputs & Bag;
}

function known(values: Bag): Partial<HostInputs & Bag> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !hasUnknown(value)));
}

function misshapen(type: AnyResourceType, values: Bag): Failure[] {
  const failures: Failure[] = [];
  for (const [property, { schema, allowed }] of Object.entries(type.rules)) {
    const value = values[property];
    if (hasUnknown(value) || schema.safeParse(value).success) continue;
    const secret = type.secrets?.includes(property) === true;
    const given = value === undefined ? "missing" : secret ? "not of this form" : JSON.stringify(value);
    failures.push({ property, reason: `${property} is ${given}; allowed: ${allowed}.` });
  }
  for (const property of Object.keys(values)) {
    if (property in type.rules) continue;
    failures.push({
      property,
      reason: `There is no input ${property}; there are ${Object.keys(type.rules).join(", ")}.`,
    });
  }
  return failures;
}

async function check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
  const type = await resourceType(request.getUrn());
  const { values, secrets } = read(request.getNews());
  const failures = misshapen(type, values);
  if (failures.length === 0) failures.push(...((await type.check?.(known(values), context())) ?? []));
  return new proto.CheckResponse()
    .setInputs(write(values, type, secrets))
    .setFailuresList(
      failures.map(({ property, reason }) => new proto.CheckFailure().setProperty(property).setReason(reason)),
    );
}

async function diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
  const type = await resourceType(request.getUrn());
  const inputs = read(request.getOldInputs()).values;
  const outputs = read(request.getOlds()).values;
  const replaces = new Set<string>(["root", ...(type.replaces ?? [])]);
  const found = differences(inputs, read(request.getNews()).values).filter(
    ({ path }) => type.ignored?.includes(topOf(path)) !== true,
  );
  const changes = type.changes?.(found, { inputs, outputs }) ?? found;
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...new Set(changes.map(({ path }) => topOf(path)))])
    .setReplacesList([...replaces].filter((key) => changes.some(({ path }) => topOf(path) === key)))
    .setHasdetaileddiff(true);
  for (const change of changes) {
    response.getDetaileddiffMap().set(change.path, detail(change, replaces.has(topOf(change.path))));
  }
  return response;
}

function detail({ kind, path }: Difference, replace: boolean): proto.PropertyDiff {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  return new proto.PropertyDiff().setKind(kinds[kind][replace ? 1 : 0]).setInputdiff(topOf(path) !== "running");
}

async function create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
  const type = await resourceType(request.getUrn());
  const { values, secrets } = read(request.getProperties());
  if (request.getPreview()) {
    const planned = { ...values, ...(await type.plan(known(values), undefined)) };
    return new proto.CreateResponse().setProperties(write(planned, type, secrets));
  }
  const inputs = typed(values);
  const outputs = await locked(inputs, () => type.create(inputs, context()));
  return new proto.CreateResponse()
    .setId(type.id(inputs))
    .setProperties(write(outputs, type, secrets))
    .setRefreshBeforeUpdate(type.watched === true);
}

async function update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
  const type = await resourceType(request.getUrn());
  const { values, secrets } = read(request.getNews());
  const old = { inputs: typed(read(request.getOldInputs()).values), outputs: typed(read(request.getOlds()).values) };
  if (request.getPreview()) {
    const planned = { ...values, ...(await type.plan(known(values), old.outputs)) };
    return new proto.UpdateResponse().setProperties(write(planned, type, secrets));
  }
  const inputs = typed(values);
  try {
    const outputs = await locked(inputs, () => type.update(inputs, old, context()));
    return new proto.UpdateResponse()
      .setProperties(write(outputs, type, secrets))
      .setRefreshBeforeUpdate(type.watched === true);
  } catch (error) {
    if (!(error instanceof Incomplete)) throw error;
    const failed = new proto.ErrorResourceInitFailed()
      .setId(request.getId())
      .setProperties(write(error.outputs, type, secrets))
      .setInputs(write(error.inputs, type, secrets))
      .setReasonsList([redact(error.message, inputs["environment"])])
      .setRefreshBeforeUpdate(type.watched === true);
    const { StatefulFailure } = await import("../protocol/stateful-failure");
    throw new StatefulFailure(error.message, failed);
  }
}

async function readBack(request: proto.ReadRequest): Promise<proto.ReadResponse> {
  const type = await resourceType(request.getUrn());
  const { values, secrets } = read(request.getProperties());
  if (Object.keys(values).length === 0) throw new Error("Resources of the host provider cannot be imported.");
  const found = await type.read(typed(values), context());
  if (found === undefined) return new proto.ReadResponse();
  const response = new proto.ReadResponse()
    .setId(request.getId())
    .setProperties(write(found, type, secrets))
    .setRefreshBeforeUpdate(type.watched === true);
  return response.setInputs(request.getInputs());
}

async function remove(request: proto.DeleteRequest): Promise<Empty> {
  const type = await resourceType(request.getUrn());
  const outputs = typed(read(request.getProperties()).values);
  await locked(outputs, () => type.delete(outputs, context()));
  return new Empty();
}

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;

/** Answers a call; secrets of the resource that it is about never get into the message of a failure. */
function answer<Request, Response>(handler: Handler<Request, Response>) {
  return (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>): void => {
    void (async () => handler(call.request))().then(
      (response) => respond(null, response),
      (error: unknown) => {
        const message = redact(error instanceof Error ? error.message : String(error), environmentOf(call.request));
        const metadata = error instanceof Error && "metadata" in error ? (error.metadata as Metadata) : new Metadata();
        respond({ code: status.UNKNOWN, details: message, metadata });
      },
    );
  };
}

function environmentOf(request: unknown): unknown {
  if (request instanceof proto.CreateRequest) return read(request.getProperties()).values["environment"];
  if (request instanceof proto.UpdateRequest) return read(request.getNews()).values["environment"];
  return undefined;
}

/** The methods of the provider; the engine takes what is missing for not implemented. */
export const service: UntypedServiceImplementation = {
  getSchema: answer(() => new proto.GetSchemaResponse().setSchema(JSON.stringify({ name: "host", version }))),
  getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
  attach: answer(() => new Empty()),
  checkConfig: answer((request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews())),
  diffConfig: answer(() => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE)),
  configure: answer(() => new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),
  check: answer(check),
  diff: answer(diff),
  create: answer(create),
  read: answer(readBack),
  update: answer(update),
  delete: answer(remove),
  cancel: answer(() => {
    cancellation.abort(new Error("Cancelled."));
    cancellation = new AbortController();
    return new Empty();
  }),
};
