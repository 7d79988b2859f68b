import type { Place } from "./device";
import { conflicting, type Draft, isSaved, nextSave, type Other, resolved, type Save, savedAs, withChange } from "./draft";
import type { Change, Label } from "./label";

/** What the server answered to a save. */
export type Reply =
  | { kind: "saved"; version: number; held: boolean }
  | { kind: "conflict"; saved: Other }
  /** It will not be taken if it is sent again. */
  | { kind: "refused"; error: unknown }
  /** No network, a busy server, a session that has ended. */
  | { kind: "later"; error: unknown };

export interface SaverState {
  draft: Draft;
  status: "saved" | "saving" | "unsent" | "waiting" | "conflict" | "refused";
  /** Why it was refused, or is waiting. */
  error?: unknown;
  /** Whether the claim is held; unknown before the first save. */
  held?: boolean;
  /** The device keeps nothing: what is unsent lives in this window only. */
  unkept?: unknown;
}

/** After the last change, and at most after the first unsent one. */
const [SOON, AT_LATEST] = [800, 4_000];
/** A device that does not answer must not hold up the server. */
const KEPT_AT_LATEST = 1_000;
const [FIRST_PAUSE, LONGEST_PAUSE] = [2_000, 30_000];

/** Keeps a draft: first on the device, then on the server. What it is told is never lost before both are done. */
export class Saver {
  #state: SaverState;
  readonly #place: Place | undefined;
  readonly #send: (save: Save) => Promise<Reply>;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstUnsent = 0;
  #failures = 0;
  #sending: Promise<void> | undefined;
  #stopped = false;

  constructor(draft: Draft, place: Place | undefined, send: (save: Save) => Promise<Reply>, unkept?: unknown) {
    this.#state = { draft, status: draft.conflict ? "conflict" : isSaved(draft) ? "saved" : "unsent", ...(unkept === undefined ? {} : { unkept }) };
    this.#place = place;
    this.#send = send;
    if (this.#state.status === "unsent") this.#schedule(0);
  }

  get state(): SaverState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(change: Change, label: Label, at = new Date().toISOString()): void {
    void this.#keep(withChange(this.#state.draft, change, label, at));
    if (this.#state.status !== "conflict") this.#unsent();
  }

  resolve(label: Label, at = new Date().toISOString()): void {
    void this.#keep(resolved(this.#state.draft, label, at));
    this.#set({ status: "unsent" });
    void this.flush();
  }

  /** Send what is unsent, now. Whether everything is saved afterwards. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (!this.#stopped && !isSaved(this.#state.draft)) {
      const before = this.#state.draft.base;
      await (this.#sending ??= this.#sendOnce().finally(() => (this.#sending = undefined)));
      if (this.#state.draft.base === before || this.#state.draft.conflict) break;
    }
    return isSaved(this.#state.draft);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#place?.leave();
  }

  /** The work is done elsewhere: the device may forget it. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending; // it writes the draft when it is done
    await this.#place?.forget().catch(() => undefined);
  }

  async #sendOnce(): Promise<void> {
    const next = nextSave(this.#state.draft, crypto.randomUUID());
    if (!next) return;
    // If this window ends now, the next one must send the same save, which the server takes once.
    await Promise.race([this.#keep(next.draft), new Promise((done) => setTimeout(done, KEPT_AT_LATEST))]);
    this.#set({ status: "saving" });
    const reply = await this.#send(next.save);
    if (this.#stopped && reply.kind !== "saved") return;
    const { draft } = this.#state;
    switch (reply.kind) {
      case "saved": {
        this.#failures = 0;
        this.#firstUnsent = 0;
        const now = savedAs(draft, reply.version);
        void this.#keep(now);
        this.#set({ status: isSaved(now) ? "saved" : "unsent", error: undefined, held: reply.held });
        if (!isSaved(now)) this.#schedule(SOON);
        return;
      }
      case "conflict":
        void this.#keep(conflicting(draft, reply.saved));
        return this.#set({ status: "conflict", error: undefined });
      case "refused":
        return this.#set({ status: "refused", error: reply.error });
      case "later":
        this.#failures += 1;
        this.#set({ status: "waiting", error: reply.error });
        return this.#schedule(Math.min(FIRST_PAUSE * 2 ** (this.#failures - 1), LONGEST_PAUSE));
    }
  }

  #unsent(): void {
    const now = Date.now();
    this.#firstUnsent ||= now;
    if (this.#state.status !== "waiting" && this.#state.status !== "saving") this.#set({ status: "unsent" });
    // After a failure, its pause counts.
    if (this.#state.status !== "waiting") this.#schedule(Math.min(SOON, Math.max(0, this.#firstUnsent + AT_LATEST - now)));
  }

  #schedule(pause: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.flush(), pause);
  }

  async #keep(draft: Draft): Promise<void> {
    this.#set({ draft });
    await this.#place?.write(draft).then(
      () => this.#state.unkept !== undefined && this.#set({ unkept: undefined }),
      (error: unknown) => this.#set({ unkept: error }),
    );
  }

  #set(changes: { [K in keyof SaverState]?: SaverState[K] | undefined }): void {
    this.#state = { ...this.#state, ...changes } as SaverState;
    for (const listener of this.#listeners) listener();
  }
}
