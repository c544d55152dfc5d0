/** The gRPC shell of a Pulumi provider: plain objects in, plain objects out, unknown values kept. */
import { randomBytes } from "node:crypto";
import grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Changes } from "./property-changes.ts";
import type { Bag } from "./property-value.ts";

export interface Failure {
  /** Property path, `taints[0].effect`. */
  property: string;
  reason: string;
}

/** Which resource a call is about. */
export interface Subject {
  urn: string;
  type: string;
  name: string;
}

export interface Provider {
  version: string;
  configure?(args: Bag): void | Promise<void>;
  check(
    call: Subject & { olds: Bag; news: Bag; suffix: (length: number) => string },
  ): Promise<{ inputs: Bag; failures: Failure[] }>;
  diff(call: Subject & { id: string; oldInputs: Bag; state: Bag; news: Bag }): Promise<Changes>;
  create(call: Subject & { news: Bag; preview: boolean }): Promise<{ id: string; state: Bag }>;
  /** `undefined`: the resource is gone. */
  read(
    call: Subject & { id: string; state: Bag; inputs: Bag },
  ): Promise<{ id: string; state: Bag; inputs: Bag } | undefined>;
  update(call: Subject & { id: string; state: Bag; news: Bag; preview: boolean }): Promise<Bag>;
  delete(call: Subject & { id: string; state: Bag }): Promise<void>;
  invoke(token: string, args: Bag): Promise<Bag>;
}

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** Any error becomes the call's error, with its message and nothing else: that is what Pulumi shows. */
const answer =
  <Request, Response>(handle: (request: Request) => Promise<Response>): Unary<Request, Response> =>
  (call, done) =>
    void handle(call.request).then(
      (response) => done(null, response),
      (error: Error) => done({ code: grpc.status.UNKNOWN, details: error.message }),
    );

const bag = (value: struct.Struct | undefined): Bag =>
  (value ? value.toJavaScript() : {}) as unknown as Bag;
// Through JSON, because a Struct has no `undefined`.
const message = (value: Bag) => struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

function suffixOf(seed: Uint8Array): (length: number) => string {
  const bytes = seed.length ? Buffer.from(seed) : randomBytes(16);
  return (length) => bytes.toString("hex").slice(0, length);
}

const subject = (request: { getUrn(): string; getType(): string; getName(): string }): Subject => ({
  urn: request.getUrn(),
  type: request.getType(),
  name: request.getName(),
});

function checked(inputs: Bag, failures: Failure[]): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(message(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new pb.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function diffed({ changes, deleteBeforeReplace }: Changes): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
  response.setChanges(changes.length ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList(changes.map(({ path }) => path));
  response.setReplacesList(changes.filter(({ replaces }) => replaces).map(({ path }) => path));
  response.setDeletebeforereplace(deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes) {
    const diff = new pb.PropertyDiff();
    diff.setKind(pb.PropertyDiff.Kind[replaces ? (`${kind}_REPLACE` as const) : kind]);
    diff.setInputdiff(true);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

function handlers(provider: Provider): grpc.UntypedServiceImplementation {
  const info = () => {
    const response = new plugin.PluginInfo();
    response.setVersion(provider.version);
    return response;
  };
  return {
    getPluginInfo: answer(async () => info()),
    checkConfig: answer(async (request: pb.CheckRequest) => checked(bag(request.getNews()), [])),
    diffConfig: answer(async () => diffed({ changes: [] })),
    configure: answer(async (request: pb.ConfigureRequest) => {
      await provider.configure?.(bag(request.getArgs()));
      const response = new pb.ConfigureResponse();
      // Create and update are then called in previews too. Secrets are not accepted: the engine unwraps and re-marks them.
      response.setSupportspreview(true);
      return response;
    }),
    invoke: answer(async (request: pb.InvokeRequest) => {
      const response = new pb.InvokeResponse();
      response.setReturn(message(await provider.invoke(request.getTok(), bag(request.getArgs()))));
      return response;
    }),
    check: answer(async (request: pb.CheckRequest) => {
      const { inputs, failures } = await provider.check({
        ...subject(request),
        olds: bag(request.getOlds()),
        news: bag(request.getNews()),
        suffix: suffixOf(request.getRandomseed_asU8()),
      });
      return checked(inputs, failures);
    }),
    diff: answer(async (request: pb.DiffRequest) =>
      diffed(
        await provider.diff({
          ...subject(request),
          id: request.getId(),
          oldInputs: bag(request.getOldInputs()),
          state: bag(request.getOlds()),
          news: bag(request.getNews()),
        }),
      ),
    ),
    create: answer(async (request: pb.CreateRequest) => {
      const { id, state } = await provider.create({
        ...subject(request),
        news: bag(request.getProperties()),
        preview: request.getPreview(),
      });
      const response = new pb.CreateResponse();
      response.setId(id);
      response.setProperties(message(state));
      return response;
    }),
    read: answer(async (request: pb.ReadRequest) => {
      const found = await provider.read({
        ...subject(request),
        id: request.getId(),
        state: bag(request.getProperties()),
        inputs: bag(request.getInputs()),
      });
      const response = new pb.ReadResponse(); // without an id: the resource is gone
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(message(found.state));
      response.setInputs(message(found.inputs));
      return response;
    }),
    update: answer(async (request: pb.UpdateRequest) => {
      const state = await provider.update({
        ...subject(request),
        id: request.getId(),
        state: bag(request.getOlds()),
        news: bag(request.getNews()),
        preview: request.getPreview(),
      });
      const response = new pb.UpdateResponse();
      response.setProperties(message(state));
      return response;
    }),
    delete: answer(async (request: pb.DeleteRequest) => {
      await provider.delete({
        ...subject(request),
        id: request.getId(),
        state: bag(request.getProperties()),
      });
      return new empty.Empty();
    }),
    cancel: answer(async () => new empty.Empty()),
  };
}

/** Serves the provider on a free port of the loopback interface and prints the port, as the engine expects. */
export function serve(provider: Provider): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 2 ** 20 });
  server.addService(service.ResourceProviderService, handlers(provider));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}
