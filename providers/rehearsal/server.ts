/** A simulated cloud as the engine's provider: its gRPC calls, by way of {@link Simulation}. */
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { StatefulFailure } from "../protocol/stateful-failure";
import { UNKNOWN, hasUnknown, receive, send, topOf, type Received } from "../protocol/values";
import type { Change } from "./differences";
import { hiding } from "./hiding";
import type { Settings, Thing, Values } from "./model";
import { known } from "./paths";
import { Refused, nameOf, refusalText, type Operation } from "./refusals";
import { sessions, type Session } from "./sessions";
import type { Known, Simulation, Subject } from "./simulation";

/** What a request asks for, and by which provider. */
interface Asking {
  asked: Values;
  /** Inputs that are secret. */
  secrets: ReadonlySet<string>;
  settings: Settings;
}

/** The methods of the provider; the engine takes what is missing for not implemented. */
export function serviceOf(simulation: Simulation): UntypedServiceImplementation {
  const { name, version } = simulation.cloud;
  const { answer, settled } = sessions();
  const service = new CloudService(simulation);
  return {
    getSchema: answer(() => new proto.GetSchemaResponse().setSchema(JSON.stringify({ name, version }))),
    getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
    attach: answer(() => new Empty()),
    handshake: answer(() => new proto.ProviderHandshakeResponse().setAcceptSecrets(true)),
    parameterize: answer((request: proto.ParameterizeRequest) => service.parameterize(request)),
    checkConfig: answer((request: proto.CheckRequest) => service.checkConfig(request)),
    diffConfig: answer((request: proto.DiffRequest) => service.diffConfig(request)),
    configure: settled((request: proto.ConfigureRequest) => service.configure(request)),
    check: answer((request: proto.CheckRequest, session) => service.check(request, session)),
    diff: answer((request: proto.DiffRequest) => service.diff(request)),
    create: answer((request: proto.CreateRequest, session) => service.create(request, session)),
    read: answer((request: proto.ReadRequest, session) => service.read(request, session)),
    update: answer((request: proto.UpdateRequest, session) => service.update(request, session)),
    delete: answer((request: proto.DeleteRequest, session) => service.delete(request, session)),
    invoke: answer((request: proto.InvokeRequest, session) => service.invoke(request, session)),
    cancel: answer(() => new Empty()),
  };
}

class CloudService {
  constructor(private readonly simulation: Simulation) {}

  /** A plugin that can provide many packages is told here which one it is asked for. */
  parameterize(request: proto.ParameterizeRequest): proto.ParameterizeResponse {
    const [name = "", version = ""] = [request.getValue()?.getName(), request.getValue()?.getVersion()];
    if (name !== this.simulation.cloud.name) throw new Error(`the rehearsal has no cloud for the package ${name}`);
    return new proto.ParameterizeResponse().setName(name).setVersion(version);
  }

  /** What the provider refuses of its own config is refused before it is in the state. */
  checkConfig(request: proto.CheckRequest): proto.CheckResponse {
    const response = new proto.CheckResponse().setInputs(request.getNews());
    const { values } = read(request.getNews());
    try {
      if (!hasUnknown(values)) this.simulation.cloud.configure?.(values, process.env);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      response.setFailuresList([new proto.CheckFailure().setReason(reason)]);
    }
    return response;
  }

  /** Another region is another provider: what it made is to be made anew. */
  diffConfig(request: proto.DiffRequest): proto.DiffResponse {
    const olds = read(request.getOldInputs() ?? request.getOlds()).values;
    const news = read(request.getNews()).values;
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changed = keys.filter(
      (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]) || news[key] === UNKNOWN,
    );
    return new proto.DiffResponse()
      .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
      .setDiffsList(changed)
      .setReplacesList(changed.filter((key) => this.simulation.cloud.everywhere?.includes(key) === true));
  }

  configure(request: proto.ConfigureRequest): Settings {
    return this.simulation.configure(known(read(request.getArgs()).values) as Values, process.env);
  }

  check(request: proto.CheckRequest, { settings }: Session): proto.CheckResponse {
    const { values, secrets } = read(request.getNews());
    const olds = request.getOlds() === undefined ? undefined : read(request.getOlds()).values;
    const seed = request.getRandomseed();
    const asked = {
      inputs: values,
      name: nameOf(request.getUrn()),
      ...(olds !== undefined && Object.keys(olds).length > 0 && { olds }),
      ...(typeof seed !== "string" && { seed }),
    };
    const subject = this.subject(request.getUrn(), values, secrets);
    const { inputs, failures } = this.simulation.check(subject, asked, settings);
    const list = failures.map(({ property = "", reason }) =>
      new proto.CheckFailure().setProperty(property).setReason(subject.hide(reason)),
    );
    return new proto.CheckResponse().setInputs(write(inputs, secrets)).setFailuresList(list);
  }

  diff(request: proto.DiffRequest): proto.DiffResponse {
    const olds = read(request.getOldInputs()).values;
    const news = read(request.getNews()).values;
    const { changes, deleteBeforeReplace } = this.simulation.diff(typeOf(request.getUrn()), olds, news);
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const replaces = changes.filter((change) => change.replaces).map(({ path }) => topOf(path));
    const response = new proto.DiffResponse()
      .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
      .setDiffsList([...new Set(changes.map(({ path }) => topOf(path)))])
      .setReplacesList([...new Set(replaces)])
      .setDeletebeforereplace(deleteBeforeReplace)
      .setHasdetaileddiff(true);
    for (const change of changes) response.getDetaileddiffMap().set(change.path, detail(change));
    return response;
  }

  async create(request: proto.CreateRequest, { settings }: Session): Promise<proto.CreateResponse> {
    const { values, secrets } = read(request.getProperties());
    const subject = this.subject(request.getUrn(), values, secrets);
    if (request.getPreview()) {
      const planned = this.simulation.plan(subject.type, values, settings);
      return new proto.CreateResponse().setProperties(write(planned, this.marked(subject, secrets)));
    }
    const thing = await this.told("create", subject, { asked: values, secrets, settings }, () =>
      this.simulation.create(subject, values, settings),
    );
    return new proto.CreateResponse()
      .setId(thing.id)
      .setProperties(write(this.shown(thing, settings), this.marked(subject, secrets)));
  }

  async update(request: proto.UpdateRequest, { settings }: Session): Promise<proto.UpdateResponse> {
    const { values, secrets } = read(request.getNews());
    const subject = this.known(request.getUrn(), request.getId(), request.getOlds(), values, secrets);
    if (request.getPreview()) {
      const planned = this.simulation.planUpdate(subject, values, settings);
      return new proto.UpdateResponse().setProperties(write(planned, this.marked(subject, secrets)));
    }
    const thing = await this.told("update", subject, { asked: values, secrets, settings }, () =>
      this.simulation.update(subject, values, settings),
    );
    return new proto.UpdateResponse().setProperties(write(this.shown(thing, settings), this.marked(subject, secrets)));
  }

  async read(request: proto.ReadRequest, { settings }: Session): Promise<proto.ReadResponse> {
    const inputs = read(request.getInputs());
    const state = read(request.getProperties());
    const secrets = new Set([...inputs.secrets, ...state.secrets]);
    const subject = this.known(request.getUrn(), request.getId(), request.getProperties(), state.values, secrets);
    const thing = await this.told("read", subject, { asked: {}, secrets, settings }, () =>
      this.simulation.read(subject),
    );
    if (thing === undefined) return new proto.ReadResponse();
    const marked = this.marked(subject, secrets);
    return new proto.ReadResponse()
      .setId(thing.id)
      .setProperties(write(this.shown(thing, settings), marked))
      .setInputs(write(this.simulation.inputsNow(thing, inputs.values), marked));
  }

  async delete(request: proto.DeleteRequest, { settings }: Session): Promise<Empty> {
    const { values, secrets } = read(request.getOldInputs());
    const subject = this.known(request.getUrn(), request.getId(), request.getProperties(), values, secrets);
    await this.told("delete", subject, { asked: {}, secrets, settings }, () =>
      this.simulation.delete(subject, values, settings),
    );
    return new Empty();
  }

  async invoke(request: proto.InvokeRequest, { settings }: Session): Promise<proto.InvokeResponse> {
    const type = request.getTok();
    const args = known(read(request.getArgs()).values) as Values;
    const answer = await this.told("invoke", { type, urn: "" }, { asked: {}, secrets: new Set(), settings }, () =>
      this.simulation.invoke(type, args, settings),
    );
    return new proto.InvokeResponse().setReturn(write(answer, new Set()));
  }

  /** Runs an operation; a refusal reads like the provider's, and what a failure has left goes into the state. */
  private async told<T>(
    operation: Operation,
    subject: Subject,
    { asked, secrets, settings }: Asking,
    run: () => Promise<T>,
  ): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const text = refusalText(operation, subject.type, nameOf(subject.urn), error.message, error.code);
      if (error.left === undefined) throw new Error(text, { cause: error });
      const marked = this.marked(subject, secrets);
      const failed = new proto.ErrorResourceInitFailed()
        .setId(error.left.id)
        .setProperties(write(this.shown({ ...error.left, type: subject.type }, settings), marked))
        .setInputs(write(asked, marked))
        .setReasonsList([text]);
      throw new StatefulFailure(text, failed);
    }
  }

  private subject(
    urn: string,
    values: Values,
    secrets: ReadonlySet<string>,
  ): Subject & { hide: (text: string) => string } {
    const type = typeOf(urn);
    const marked = this.marked({ type }, secrets);
    return { type, urn, hide: hiding(values, marked) };
  }

  private known(
    urn: string,
    id: string,
    state: Struct | undefined,
    values: Values,
    secrets: ReadonlySet<string>,
  ): Known {
    return { ...this.subject(urn, values, secrets), id, outputs: read(state).values };
  }

  /** What the state gets to see of a thing. */
  private shown({ type, outputs }: Pick<Thing, "type" | "outputs">, settings: Settings): Values {
    return this.simulation.cloud.shown?.(type, outputs, settings) ?? outputs;
  }

  private marked({ type }: Pick<Subject, "type">, secrets: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...secrets, ...(this.simulation.model(type).secrets ?? [])]);
  }
}

function detail({ kind, replaces }: Change): proto.PropertyDiff {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  return new proto.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]).setInputdiff(true);
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function read(struct: Struct | undefined): Received {
  return receive(struct?.toJavaScript() ?? {});
}

function write(values: Values, marked: ReadonlySet<string>): Struct {
  return Struct.fromJavaScript(send(values, marked) as Record<string, JavaScriptValue>);
}
