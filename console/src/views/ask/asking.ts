import { answer, type Api, ApiError, type Schemas } from "../../api/client";
import { LostError, streamed } from "./streamed_answers";
import { newTurnId } from "./turn_ids";

/** A question of this browser whose answer is being written, or has just ended. */
export interface Asked {
  turnId: string;
  conversationId: string;
  question: string;
  state: "writing" | "ended" | "failed";
  /** The answer so far. */
  text: string;
  stopping: boolean;
  error?: unknown;
}

const KEY = "docent-asked-";
const PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
const kept = new WeakMap<Api, Asking>();

/** The questions of this page, which go on while another view is open. */
export function askingOf(api: Api, connect: () => WebSocket, subject: string): Asking {
  const asking = kept.get(api) ?? new Asking(api, connect, subject, window.localStorage);
  kept.set(api, asking);
  return asking;
}

/**
 * Questions and their answers. An answer is written on the server: one whose connection is lost is asked for until it
 * ends, and so is one that this browser asked before the page was loaded, or in another tab.
 */
export class Asking {
  #all: readonly Asked[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly api: Api,
    private readonly connect: () => WebSocket,
    private readonly subject: string,
    private readonly storage: Storage,
    private readonly wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  ) {}

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly all = () => this.#all;

  /** Returns the id of the conversation. */
  ask(question: string, conversationId?: string): string {
    const turnId = newTurnId();
    const asked = this.#add(turnId, conversationId ?? turnId, question);
    this.storage.setItem(KEY + turnId, JSON.stringify({ ...asked, subject: this.subject }));
    void this.#write(asked);
    return asked.conversationId;
  }

  /** Ask a question once more whose answer has failed. */
  again(turnId: string) {
    const asked = this.#all.find((each) => each.turnId === turnId);
    if (asked?.state !== "failed") return;
    this.#change(turnId, { state: "writing", text: "", error: undefined, stopping: false });
    void this.#write(asked);
  }

  /** Follow the answers that were being written when the page was loaded, and those of other tabs. */
  takeUp() {
    for (let index = 0; index < this.storage.length; index += 1) {
      const name = this.storage.key(index);
      const found = name?.startsWith(KEY) ? this.#read(name) : undefined;
      if (!found || this.#all.some((each) => each.turnId === found.turnId)) continue;
      void this.#follow(this.#add(found.turnId, found.conversationId, found.question), false);
    }
  }

  async stop({ turnId, conversationId }: Asked) {
    this.#change(turnId, { stopping: true });
    try {
      const path = { conversation_id: conversationId, turn_id: turnId };
      await answer(this.api.POST("/conversations/{conversation_id}/turns/{turn_id}/stop", { params: { path } }));
    } catch (error) {
      this.#change(turnId, { stopping: false });
      throw error;
    }
  }

  async #write(asked: Asked) {
    const sentences: string[] = [];
    try {
      await streamed(this.connect(), body(asked), (number, text) => {
        sentences[number - 1] = text;
        this.#change(asked.turnId, { text: sentences.filter((each) => each !== undefined).join(" ") });
      });
      this.#end(asked);
    } catch (error) {
      const goesOn = error instanceof LostError || (error instanceof ApiError && error.status === 409);
      if (goesOn) await this.#follow(asked, true);
      else this.#fail(asked, error);
    }
  }

  /** `mine`: a question that has not reached the server is asked over HTTP. Otherwise it is forgotten. */
  async #follow(asked: Asked, mine: boolean) {
    const path = { conversation_id: asked.conversationId, turn_id: asked.turnId };
    for (let pause = PAUSE, sent = !mine; ; ) {
      try {
        const turn = await answer(this.api.GET("/conversations/{conversation_id}/turns/{turn_id}", { params: { path } }));
        if (turn.status === "FAILED") return this.#fail(asked, new ApiError(turn.problem?.detail ?? ""));
        if (turn.status !== "WRITING") return this.#end(asked);
        this.#change(asked.turnId, { text: turn.text });
        pause = PAUSE;
      } catch (error) {
        const status = error instanceof ApiError ? error.status : 0;
        if (status === 404 && !sent) {
          sent = true;
          if (await this.#askOverHttp(asked)) return;
          continue;
        }
        if (status === 404 && !mine) return this.#forget(asked);
        if (status >= 400 && status < 500 && status !== 429) return this.#fail(asked, error);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
      await this.wait(pause);
    }
  }

  /** Whether that was the end. */
  async #askOverHttp(asked: Asked): Promise<boolean> {
    try {
      await answer(this.api.POST("/ask", { body: body(asked) }));
      this.#end(asked);
    } catch (error) {
      if (error instanceof ApiError && [0, 409].includes(error.status)) return false;
      this.#fail(asked, error);
    }
    return true;
  }

  #add(turnId: string, conversationId: string, question: string): Asked {
    const asked: Asked = { turnId, conversationId, question, state: "writing", text: "", stopping: false };
    this.#set([...this.#all, asked]);
    return asked;
  }

  #end({ turnId }: Asked) {
    this.storage.removeItem(KEY + turnId);
    this.#change(turnId, { state: "ended" });
  }

  #fail({ turnId }: Asked, error: unknown) {
    this.storage.removeItem(KEY + turnId);
    this.#change(turnId, { state: "failed", error });
  }

  #forget({ turnId }: Asked) {
    this.storage.removeItem(KEY + turnId);
    this.#set(this.#all.filter((each) => each.turnId !== turnId));
  }

  #read(name: string): Asked | undefined {
    try {
      const found = JSON.parse(this.storage.getItem(name) ?? "");
      return found.subject === this.subject ? found : undefined;
    } catch {
      return undefined;
    }
  }

  #change(turnId: string, changes: Partial<Asked>) {
    this.#set(this.#all.map((each) => (each.turnId === turnId ? { ...each, ...changes } : each)));
  }

  #set(all: readonly Asked[]) {
    this.#all = all;
    this.#listeners.forEach((listener) => listener());
  }
}

function body({ question, turnId, conversationId }: Asked): Schemas["Question"] {
  // A new conversation has the id of its first turn.
  return { question, turn_id: turnId, ...(conversationId === turnId ? {} : { conversation_id: conversationId }) };
}
