import type { Api } from "../../api/client";
import { answer } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { announced, postForm } from "../../api/upload_forms";
import { PART_BYTES, uploadParts } from "./part_uploads";

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
      const documentId = await this.#upload(file, stop.signal, (sent) => this.#change(id, { sent }));
      this.#change(id, { state: "sent", sent: file.size, documentId });
    } catch (error) {
      if (!stop.signal.aborted) this.#change(id, { state: "failed", error });
    }
    this.#stops.delete(id);
    this.#go();
  }

  async #upload(file: File, signal: AbortSignal, progress: (sent: number) => void): Promise<string> {
    const [api, files] = [this.#api, this.#files];
    if (file.size > PART_BYTES) return uploadParts({ api, files, file, signal, progress });
    const { document_id, upload } = await answer(api.POST("/documents", { body: await announced(file), signal }));
    await postForm(sameOrigin(upload.url, files), upload.fields, file, signal, progress);
    return document_id;
  }

  #change(id: number, changes: Partial<Upload>) {
    this.#set(this.#all.map((each) => (each.id === id ? { ...each, ...changes } : each)));
  }

  #set(all: readonly Upload[]) {
    this.#all = all;
    this.#listeners.forEach((listener) => listener());
  }
}
