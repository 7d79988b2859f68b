import { answer, type Api, ApiError, type Schemas } from "../api/client";
import type { FlowEvent } from "./progress";

export type FlowInput = Schemas["FlowInput"];
export type FlowResult = Schemas["FlowResult"];

type Message =
  | { type: "flow_event"; run_id: string; number: number; event: FlowEvent }
  | ({ type: "flow_result" } & FlowResult)
  | { type: "problem"; status: number; detail: string; request_id: string };

/** The connection ended before the run did. The run goes on, on the server. */
export class LostError extends Error {
  /** Whether the server may have got what was said. */
  readonly wasSent: boolean;

  constructor(wasSent: boolean) {
    super();
    this.wasSent = wasSent;
  }
}

const PAUSE = 1_000;

/**
 * Run a flow. `hear` gets the events as they occur where there is a WebSocket, and is told the id of the run. A run
 * whose connection is lost is asked for until it ends. Raises LostError if nothing is known of it.
 */
export async function runFlow(
  api: Api,
  connect: (() => WebSocket) | undefined,
  flow: string,
  input: FlowInput,
  hear: (runId: string, events: FlowEvent[]) => void,
): Promise<FlowResult> {
  const events: FlowEvent[] = [];
  let runId = "";
  if (!connect) return overHttp(api, flow, input, hear);
  try {
    return await streamed(connect(), { flow, ...input, trace: true }, (message) => {
      runId = message.run_id;
      events[message.number] = message.event;
      hear(runId, events.filter(Boolean));
    });
  } catch (error) {
    if (!(error instanceof LostError)) throw error;
    if (runId) return followed(api, flow, runId, hear);
    // A flow that may be running is not run twice.
    if (error.wasSent) throw error;
    return overHttp(api, flow, input, hear);
  }
}

async function overHttp(api: Api, flow: string, body: FlowInput, hear: (runId: string, events: FlowEvent[]) => void) {
  const result = await answer(api.POST("/flows/{flow}/invoke", { params: { path: { flow } }, body: { ...body, trace: true } }));
  hear(result.run_id, result.events ?? []);
  return result;
}

async function followed(api: Api, flow: string, runId: string, hear: (runId: string, events: FlowEvent[]) => void): Promise<FlowResult> {
  for (;;) {
    const run = await answer(api.GET("/flows/{flow}/runs/{run_id}", { params: { path: { flow, run_id: runId } } }));
    hear(runId, run.events);
    if (run.status !== "RUNNING") return run;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function streamed(socket: WebSocket, input: object, hear: (message: Message & { type: "flow_event" }) => void): Promise<FlowResult> {
  return new Promise<FlowResult>((resolve, reject) => {
    let wasSent = false;
    socket.onopen = () => {
      wasSent = true;
      socket.send(JSON.stringify({ action: "flow", ...input }));
    };
    socket.onclose = socket.onerror = () => reject(new LostError(wasSent));
    socket.onmessage = ({ data }) => {
      const message = read(data);
      if (message?.type === "flow_event") hear(message);
      if (message?.type === "flow_result") resolve(message);
      if (message?.type === "problem") reject(new ApiError(message.detail, message.status, message.request_id));
    };
  }).finally(() => socket.close());
}

// Messages without a type are API Gateway's own.
function read(data: unknown): Message | undefined {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
