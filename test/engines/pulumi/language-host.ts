/**
 * A Pulumi language host for Node: runs programs, policy packs and plugins through `@pulumi/pulumi`'s own runners. The
 * official one cannot be built from the Go module proxy. Node itself strips the types; nothing is type-checked here.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/language_grpc_pb.js";
import lang from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { version } from "@pulumi/pulumi/version.js";

const ENGINE = process.argv.at(-1) as string; // the engine's address always comes last
const SAID_WHY = 32; // the runner's exit code for "failed, and the reason is already shown"
const NO_TYPESCRIPT = { PULUMI_NODEJS_TYPESCRIPT: "false" }; // else the runner looks for ts-node

/** A runner of the program's own copy of the SDK. */
const runner = (folder: string, name: string): string =>
  createRequire(join(folder, "package.json")).resolve(`@pulumi/pulumi/cmd/${name}`);

const flag = (name: string, value: string | number): string[] =>
  value ? [`--${name}=${value}`] : [];

async function run(request: lang.RunRequest): Promise<lang.RunResponse> {
  const program = request.getInfo() as lang.ProgramInfo;
  const folder = program.getProgramDirectory();
  const args = [
    runner(folder, "run"),
    ...flag("monitor", request.getMonitorAddress()),
    ...flag("engine", ENGINE),
    ...flag("project", request.getProject()),
    ...flag("organization", request.getOrganization()),
    ...flag("root-directory", program.getRootDirectory()),
    ...flag("stack", request.getStack()),
    ...flag("pwd", request.getPwd()),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    ...flag("parallel", request.getParallel()),
    program.getEntryPoint(),
    ...request.getArgsList(),
  ];
  const env = {
    ...process.env,
    ...NO_TYPESCRIPT,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  const code = await new Promise<number | null>((resolve, reject) =>
    spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "inherit", "inherit"] })
      .on("error", reject)
      .on("close", resolve),
  );
  const response = new lang.RunResponse();
  if (code === SAID_WHY) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

type PluginCall = grpc.ServerWritableStream<lang.RunPluginRequest, lang.RunPluginResponse>;

/** A policy pack (kind `analyzer`) or another program that serves the engine: its output goes through the engine. */
function runPlugin(call: PluginCall): void {
  const request = call.request;
  const folder = (request.getInfo() as lang.ProgramInfo).getProgramDirectory();
  const pack = request.getKind() === "analyzer";
  const given = request.getArgsList();
  const env = Object.fromEntries(
    request.getEnvList().map((entry) => {
      const [name = "", ...value] = entry.split("=");
      return [name, value.join("=")];
    }),
  );
  const child = spawn(
    process.execPath,
    [
      runner(folder, pack ? "run-policy-pack" : "run-plugin"),
      ...(pack ? [...given, folder] : [folder, ...given]),
    ],
    { cwd: folder, env: { ...env, ...NO_TYPESCRIPT }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const send = (fill: (response: lang.RunPluginResponse) => void) => {
    const response = new lang.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout.on("data", (data: Buffer) => send((response) => response.setStdout(data)));
  child.stderr.on("data", (data: Buffer) => send((response) => response.setStderr(data)));
  child.on("close", (code) => {
    send((response) => response.setExitcode(code ?? 1));
    call.end();
  });
  call.on("cancelled", () => child.kill());
}

async function programDependencies(
  request: lang.GetProgramDependenciesRequest,
): Promise<lang.GetProgramDependenciesResponse> {
  const folder = (request.getInfo() as lang.ProgramInfo).getProgramDirectory();
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const response = new lang.GetProgramDependenciesResponse();
  response.setDependenciesList(
    Object.entries(dependencies as Record<string, string>).map(([name, wanted]) => {
      const dependency = new lang.DependencyInfo();
      dependency.setName(name);
      dependency.setVersion(wanted);
      return dependency;
    }),
  );
  return response;
}

const answer =
  <Request, Response>(
    handle: (request: Request) => Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> =>
  (call, done) =>
    void handle(call.request).then(
      (response) => done(null, response),
      (error: Error) => done({ code: grpc.status.UNKNOWN, details: error.message }),
    );

const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 2 ** 20 });
server.addService(service.LanguageRuntimeService, {
  handshake: answer(async () => new lang.LanguageHandshakeResponse()),
  getPluginInfo: answer(async () => {
    const response = new plugin.PluginInfo();
    response.setVersion(version);
    return response;
  }),
  // Empty: the SDKs name their providers' versions when they register resources.
  getRequiredPackages: answer(async () => new lang.GetRequiredPackagesResponse()),
  getRequiredPlugins: answer(async () => new lang.GetRequiredPluginsResponse()),
  getProgramDependencies: answer(programDependencies),
  about: answer(async () => {
    const response = new lang.AboutResponse();
    response.setExecutable(process.execPath);
    response.setVersion(process.version);
    return response;
  }),
  installDependencies: (call: grpc.ServerWritableStream<unknown, unknown>) => call.end(), // the project installs its own
  run: answer(run),
  runPlugin,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
