import { ApiError, type Schemas } from "../../api/client";

/** The connection ended before the answer did. The answer goes on, on the server. */
export class LostError extends Error {}

type Message = { type: "sentence"; number: number; text: string } | ({ type: "answer" } & Schemas["Answer"]) | ProblemMessage;
type ProblemMessage = { type: "problem"; status: number; detail: string; request_id: string };

/** Ask over an own connection. `hear` gets each sentence as it is written. */
export function streamed(
  socket: WebSocket,
  question: Schemas["Question"],
  hear: (number: number, text: string) => void,
): Promise<Schemas["Answer"]> {
  return new Promise<Schemas["Answer"]>((resolve, reject) => {
    socket.onopen = () => socket.send(JSON.stringify({ action: "ask", ...question }));
    socket.onclose = socket.onerror = () => reject(new LostError());
    socket.onmessage = ({ data }) => {
      const message = read(data);
      if (message?.type === "sentence") hear(message.number, message.text);
      if (message?.type === "answer") resolve(message);
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
