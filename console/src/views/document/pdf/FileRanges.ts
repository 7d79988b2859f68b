import { ApiError } from "../../../api/client";

/** The statuses by which S3 refuses a link that has expired, or whose credentials have. */
const REFUSED = [400, 401, 403];
const TRIES = 4;
const FIRST_PAUSE = 500;

/**
 * A file that is read in ranges, by links that expire. When a range is refused, a fresh link is asked for, so that the
 * file can be read as long as the page is open.
 */
export class FileRanges {
  readonly #ask: () => Promise<string>;
  #link: Promise<string> | undefined;
  #version: string | undefined;

  /** `ask` gives a fresh link. */
  constructor(ask: () => Promise<string>) {
    this.#ask = ask;
  }

  /** The bytes from `begin` to before `end`, and the length of the whole file. */
  async read(begin: number, end: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; length: number }> {
    const reply = await this.#fetch(begin, end);
    const all = new Uint8Array(await reply.arrayBuffer());
    const length = Number(reply.headers.get("Content-Range")?.split("/")[1] ?? all.length);
    const version = reply.headers.get("ETag") ?? String(length);
    this.#version ??= version;
    if (version !== this.#version) throw new ApiError("The document was uploaded again.", 412);
    // A server that does not know ranges sends everything.
    return { bytes: reply.status === 206 ? all : all.slice(begin, end), length };
  }

  async #fetch(begin: number, end: number): Promise<Response> {
    const init = { headers: { Range: `bytes=${begin}-${end - 1}` } };
    for (let tries = 1; ; tries += 1) {
      const link = (this.#link ??= this.#ask());
      let reply;
      try {
        reply = await fetch(await link, init);
      } catch (error) {
        this.#forget(link);
        if (error instanceof ApiError || tries === TRIES) throw error;
        await new Promise((done) => setTimeout(done, FIRST_PAUSE * 2 ** tries));
        continue;
      }
      if (reply.ok) return reply;
      if (!REFUSED.includes(reply.status) || tries > 1) throw new ApiError(`S3 answered ${reply.status}.`, reply.status);
      this.#forget(link);
    }
  }

  /** Other ranges may have asked for a fresh link already. */
  #forget(link: Promise<string>) {
    if (this.#link === link) this.#link = undefined;
  }
}
