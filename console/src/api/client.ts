import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { Session } from "../session/session";
import type { components, paths } from "./schema";

export type Api = Client<paths>;
export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** The API refused a request, or did not answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly requestId: string;

  constructor(message: string, status = 0, requestId = "") {
    super(message);
    this.status = status;
    this.requestId = requestId;
  }
}

export function createApi(session: Session): Api {
  const signed: Middleware = {
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${session.token}`);
      kept.set(request, request.clone());
      return request;
    },
    async onResponse({ request, response }) {
      const again = kept.get(request);
      if (response.status !== 401 || !again) return response;
      again.headers.set("Authorization", `Bearer ${await session.renewed()}`);
      return fetch(again);
    },
  };
  const api = createClient<paths>({ baseUrl: "/api" });
  api.use(signed);
  return api;
}

// A body can be sent only once, so a copy is kept for a second try with a new token.
const kept = new WeakMap<Request, Request>();

/** The reply of a call, or an ApiError that tells what happened. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let reply;
  try {
    reply = await call;
  } catch (error) {
    throw new ApiError(error instanceof Error ? error.message : String(error));
  }
  if (reply.error === undefined) return reply.data as T;
  const problem = reply.error as Partial<Problem>;
  throw new ApiError(problem.detail ?? `${reply.response.status}`, reply.response.status, problem.request_id);
}
