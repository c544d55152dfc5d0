import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/analyzer_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { UNKNOWN } from "../../policies/pack/rules/rule.ts";
import type { CaseResource } from "./policy-cases.ts";

export const PACK = join(import.meta.dirname, "../../policies/pack");

/** How the engine writes a value that a preview does not know (`@pulumi/policy` proxy.js). */
const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What one policy said. */
export interface Said {
  policy: string;
  message: string;
  /** 0 advisory, 1 mandatory. */
  level: number;
}

export interface RunningPack {
  policies: string[];
  /** @param stack resources of one stack; each case is one of its own */
  analyze(resource: CaseResource, stack: string): Promise<Said[]>;
  analyzeStack(resources: readonly CaseResource[], stack: string): Promise<Said[]>;
  stop(): void;
}

/** Starts the pack as the engine does: its own process, its own server, the engine's protocol. */
export async function startPack(
  config: Record<string, Record<string, unknown>>,
): Promise<RunningPack> {
  const child = spawn(process.execPath, ["index.js"], {
    cwd: PACK,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const client = new rpc.AnalyzerClient(
    `127.0.0.1:${port.toString().trim()}`,
    grpc.credentials.createInsecure(),
  );
  const call = <Answer>(method: string, request: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const send = (client as unknown as Record<string, (...args: unknown[]) => void>)[method];
      send?.call(client, request, (error: Error | null, answer: Answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  const info = await call<proto.AnalyzerInfo>("getAnalyzerInfo", new (await emptyOf())());
  const request = new proto.ConfigureAnalyzerRequest();
  for (const [policy, properties] of Object.entries(config)) {
    const one = new proto.PolicyConfig();
    one.setEnforcementlevel(proto.EnforcementLevel.MANDATORY);
    one.setProperties(Struct.fromJavaScript(properties as never));
    request.getPolicyconfigMap().set(policy, one);
  }
  await call("configure", request);
  return {
    policies: info.getPoliciesList().map((policy) => policy.getName()),
    async analyze(resource, stack) {
      const one = new proto.AnalyzeRequest();
      fill(one, resource, stack);
      return said(await call("analyze", one));
    },
    async analyzeStack(resources, stack) {
      const all = new proto.AnalyzeStackRequest();
      all.setResourcesList(
        resources.map((resource) => {
          const one = new proto.AnalyzerResource();
          fill(one, resource, stack);
          for (const [key, urns] of Object.entries(resource.sources ?? {})) {
            const from = new proto.AnalyzerPropertyDependencies();
            from.setUrnsList(urns.map((name) => `${stack}::${name}`));
            one.getPropertydependenciesMap().set(key, from);
          }
          return one;
        }),
      );
      return said(await call("analyzeStack", all));
    },
    stop() {
      client.close();
      child.kill();
    },
  };
}

/** The message without fields of the SDK's own copy of protobuf. */
const emptyOf = async () => {
  const { Empty } = await import("google-protobuf/google/protobuf/empty_pb.js");
  return Empty;
};

function fill(
  request: proto.AnalyzeRequest | proto.AnalyzerResource,
  resource: CaseResource,
  stack: string,
): void {
  request.setType(resource.type);
  request.setName(resource.name);
  request.setUrn(`${stack}::${resource.name}`);
  request.setOptions(new proto.AnalyzerResourceOptions());
  request.setProperties(Struct.fromJavaScript(onTheWire(resource.props) as never));
}

function onTheWire(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_VALUE;
  if (Array.isArray(value)) return value.map(onTheWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, onTheWire(inner)]),
  );
}

const said = (answer: proto.AnalyzeResponse): Said[] =>
  answer.getDiagnosticsList().map((one) => ({
    policy: one.getPolicyname(),
    message: one.getMessage(),
    level: one.getEnforcementlevel(),
  }));
