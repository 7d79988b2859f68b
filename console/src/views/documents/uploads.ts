import type { Api, Schemas } from "../../api/client";
import { answer, ApiError } from "../../api/client";
import { sameOrigin } from "../../api/files";

export interface Upload {
  id: number;
  file: File;
  state: "waiting" | "sending" | "sent" | "failed" | "cancelled";
  /** Bytes that have left the browser. */
  sent: number;
  documentId?: string;
  error?: unknown;
}

const AT_ONCE = 3;
const kept = new WeakMap<Api, Uploads>();

/** The uploads of this page, which go on while another view is open. */
export function uploadsOf(api: Api, files: Record<string, string>): Uploads {
  const uploads = kept.get(api) ?? new Uploads(api, files);
  kept.set(api, uploads);
  return uploads;
}

/** The files that are being uploaded, some at a time. */
export class Uploads {
  #all: readonly Upload[] = [];
  #last = 0;
  readonly #stops = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  readonly #api: Api;
  readonly #files: Record<string, string>;

  /** `files` is that of the configuration. */
  constructor(api: Api, files: Record<string, string>) {
    this.#api = api;
    this.#files = files;
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly all = () => this.#all;

  add(files: Iterable<File>) {
    const added = [...files].map((file) => ({ id: (this.#last += 1), file, state: "waiting", sent: 0 }) as const);
    this.#set([...this.#all, ...added]);
    this.#go();
  }

  cancel(id: number) {
    this.#stops.get(id)?.abort();
    this.#change(id, { state: "cancelled" });
    this.#go();
  }

  retry(id: number) {
    this.#change(id, { state: "waiting", sent: 0, error: undefined });
    this.#go();
  }

  /** Forget those that have ended. */
  clear() {
    this.#set(this.#all.filter((each) => each.state === "waiting" || each.state === "sending"));
  }

  #go() {
    const sending = this.#all.filter((each) => each.state === "sending").length;
    const next = this.#all.filter((each) => each.state === "waiting").slice(0, AT_ONCE - sending);
    for (const upload of next) void this.#send(upload);
  }

  async #send({ id, file }: Upload) {
    const stop = new AbortController();
    this.#stops.set(id, stop);
    this.#change(id, { state: "sending" });
    try {
      const announced = await this.#announce(file, stop.signal);
      await post(sameOrigin(announced.upload.url, this.#files), announced.upload.fields, file, stop.signal, (sent) =>
        this.#change(id, { sent }),
      );
      this.#change(id, { state: "sent", sent: file.size, documentId: announced.document_id });
    } catch (error) {
      if (!stop.signal.aborted) this.#change(id, { state: "failed", error });
    }
    this.#stops.delete(id);
    this.#go();
  }

  async #announce(file: File, signal: AbortSignal): Promise<Schemas["Upload"]> {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const body = { file_name: file.name, size_bytes: file.size, sha256: base64(new Uint8Array(digest)) };
    return answer(this.#api.POST("/documents", { body, signal }));
  }

  #change(id: number, changes: Partial<Upload>) {
    this.#set(this.#all.map((each) => (each.id === id ? { ...each, ...changes } : each)));
  }

  #set(all: readonly Upload[]) {
    this.#all = all;
    this.#listeners.forEach((listener) => listener());
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Send a form to S3, the file last. `fetch` does not tell how much of a body it has sent. */
function post(
  address: string,
  fields: Record<string, string>,
  file: File,
  signal: AbortSignal,
  progress: (sent: number) => void,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.upload.onprogress = ({ loaded }) => progress(Math.min(loaded, file.size));
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request)));
    request.onerror = () => reject(new ApiError("The connection was lost during the upload."));
    signal.addEventListener("abort", () => request.abort());
    request.onabort = () => reject(new ApiError("The upload was cancelled."));
    request.send(form);
  });
}

function refusal(request: XMLHttpRequest): ApiError {
  const reply = new DOMParser().parseFromString(request.responseText, "text/xml");
  const said = reply.querySelector("Error > Message")?.textContent;
  return new ApiError(said ?? `S3 answered ${request.status}.`, request.status);
}
