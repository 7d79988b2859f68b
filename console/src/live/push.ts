/** What `push_changes` tells: that something changed, and not what. */
export interface Change {
  kind: "document" | "questionnaire" | "summary" | "debate";
  id: string;
  status: string;
}

/** `undefined` where changes may have been missed. */
type Listener = (change: Change | undefined) => void;

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/**
 * Changes of what the user may read, over one connection for the page, open while somebody listens. Where it is not
 * there, nothing is told: who listens goes on asking.
 */
export class Push {
  readonly #connect: (token: string) => WebSocket;
  readonly #token: () => string;
  readonly #listeners = new Set<Listener>();
  #socket: WebSocket | undefined;
  #tokenOfSocket = "";
  #watching = false;
  #failures = 0;
  #timer = 0;

  constructor(connect: (token: string) => WebSocket, token: () => string) {
    this.#connect = connect;
    this.#token = token;
  }

  /** Whether changes are told. The API tells nothing to a token that has expired, so a new one has a new connection. */
  get isOn(): boolean {
    if (this.#socket && this.#tokenOfSocket !== this.#token()) this.#socket.close();
    return this.#watching;
  }

  /** Returns what ends it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#open();
    return () => {
      this.#listeners.delete(listener);
      // The next view listens at once.
      window.setTimeout(() => this.#listeners.size || this.#socket?.close(), FIRST_PAUSE);
    };
  }

  #open(): void {
    if (this.#socket || this.#timer || !this.#listeners.size || !this.#token()) return;
    this.#tokenOfSocket = this.#token();
    const socket = (this.#socket = this.#connect(this.#tokenOfSocket));
    socket.onopen = () => socket.send(JSON.stringify({ action: "watch" }));
    socket.onmessage = ({ data }) => this.#hear(read(data));
    socket.onclose = () => this.#lose();
  }

  #hear(message: (Change & { type: "changed" }) | { type: "watching" } | undefined): void {
    if (message?.type === "watching") {
      this.#watching = true;
      this.#failures = 0;
      this.#tell(undefined);
    }
    if (message?.type === "changed") this.#tell(message);
  }

  #lose(): void {
    this.#socket = undefined;
    this.#watching = false;
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#open();
    }, pause);
  }

  #tell(change: Change | undefined): void {
    for (const listener of this.#listeners) listener(change);
  }
}

// Messages without a type are API Gateway's own.
function read(data: unknown) {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
