import type { OutgoingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";
import { readKubeconfig } from "./kubeconfig.ts";

export const APPLY = "application/apply-patch+yaml";
export const MERGE_PATCH = "application/merge-patch+json";

export interface CallOptions {
  body?: unknown;
  query?: Readonly<Record<string, string>>;
  /** Content type. Default `application/json`. */
  type?: string;
}

/** `call<Job>("GET", "/apis/batch/v1/namespaces/x/jobs/y")`. @throws ApiError on every answer of 300 and more */
export type Call = <T = unknown>(method: string, path: string, options?: CallOptions) => Promise<T>;

/** The API server's refusal: its HTTP status and its own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string | undefined;

  constructor(status: number, message: string, reason?: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export interface ClientOptions {
  /** Whom the API server takes the caller for; the kubeconfig's user must be allowed to impersonate. */
  as?: { user: string; groups?: readonly string[] };
  /** Owner of the fields that are written. Default `tunekit-test`. */
  fieldManager?: string;
}

/**
 * Calls the API server as one user, with nothing between: every field is sent as it is, and writes are validated
 * strictly, so that an unknown field is an error. Typed clients drop such a field before the server sees it.
 */
export function rawClient(kubeconfig: string, options: ClientOptions = {}): Call {
  const { as, fieldManager = "tunekit-test" } = options;
  const { server, ca, token } = readKubeconfig(kubeconfig);
  const impersonation = as
    ? { "impersonate-user": as.user, "impersonate-group": [...(as.groups ?? [])] }
    : {};
  const agent = new Agent({ ca, keepAlive: true });
  return async <T>(method: string, path: string, options: CallOptions = {}) => {
    const { body, query = {}, type = "application/json" } = options;
    const url = new URL(path, server);
    const strict = ["POST", "PUT", "PATCH"].includes(method)
      ? { fieldManager, fieldValidation: "Strict" }
      : {};
    for (const [name, value] of Object.entries({ ...strict, ...query }))
      url.searchParams.set(name, value);
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": type,
      accept: "application/json",
      ...impersonation,
    };
    const answer = await send(url, { method, headers, agent }, body);
    if (answer.status < 300) return parsed(answer.text) as T;
    const said = parsed(answer.text);
    throw new ApiError(answer.status, said.message ?? answer.text, said.reason);
  };
}

/** Some answers are plain text: `/readyz`, a 404 of an unknown group. */
function parsed(text: string): { message?: string; reason?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

interface Answer {
  status: number;
  text: string;
}

const send = (
  url: URL,
  options: { method: string; headers: OutgoingHttpHeaders; agent: Agent },
  body: unknown,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(url, options, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (data) => {
          text += data;
        })
        .on("end", () => resolve({ status: response.statusCode ?? 0, text }))
        .on("error", reject);
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
