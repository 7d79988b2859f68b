import { ApiError, type Problem, type Schemas } from "../../api/client";

export type ChatAnswer = Schemas["ChatAnswer"];
export type Attachment = NonNullable<Schemas["ChatMessage"]["attachments"]>[number];

/** What was said, and what came of it. */
export interface Turn {
  message: string;
  files: string[];
  answer: ChatAnswer;
}

/** Chat has a session of its own, with the organisation's identity provider: there is none, or it has ended. */
export class SignInNeeded extends Error {}

/** The session is a cookie of this origin, so no token goes along. */
export async function say(message: string, attachments: Attachment[], last: ChatAnswer | undefined): Promise<ChatAnswer> {
  const body = {
    message,
    ...(attachments.length ? { attachments } : {}),
    ...(last ? { conversation_id: last.conversation_id, parent_message_id: last.message_id } : {}),
  };
  const headers = { "Content-Type": "application/json" };
  let reply: Response;
  try {
    reply = await fetch("/api/chat", { method: "POST", headers, body: JSON.stringify(body) });
  } catch (error) {
    throw new ApiError(String(error));
  }
  const told: unknown = await reply.json().catch(() => ({}));
  if (reply.ok) return told as ChatAnswer;
  if (reply.status === 401) throw new SignInNeeded();
  const problem = told as Partial<Problem>;
  throw new ApiError(problem.detail ?? String(reply.status), reply.status, problem.request_id);
}

/** A request can have 4.4 MB, in which Base64 takes four bytes for three. */
export const MOST_FILES = 5;
export const MOST_BYTES = 3_300_000;
export const FILE_TYPES = ".csv,.docx,.htm,.html,.jpg,.jpeg,.json,.md,.pdf,.png,.pptx,.txt,.xlsx,.xml";

export async function attachmentOf(file: File): Promise<Attachment> {
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
  return { name: file.name, data: address.slice(address.indexOf(",") + 1) };
}

/** The message in parts, with the numbers of the citations that support what is before them. */
export function partsOf({ message, citations }: ChatAnswer): { text: string; numbers: number[] }[] {
  // Positions are in characters, of which some take two places in a string.
  const characters = Array.from(message);
  const numbers = new Map<number, Set<number>>();
  for (const { number, segments } of citations) {
    for (const { end } of segments) numbers.set(end, (numbers.get(end) ?? new Set()).add(number));
  }
  const ends = [...new Set([...numbers.keys(), characters.length])].sort((one, other) => one - other);
  let begin = 0;
  return ends.map((end) => {
    const text = characters.slice(begin, end).join("");
    begin = end;
    return { text, numbers: [...(numbers.get(end) ?? [])].sort((one, other) => one - other) };
  });
}

/** The path of an image that an answer cites, if it is one of this origin. */
export function imagePath(address: string | undefined): string | undefined {
  if (!address) return undefined;
  const { origin, pathname } = new URL(address, window.location.href);
  return origin === window.location.origin && pathname.startsWith("/api/chat/media/") ? pathname : undefined;
}
