import { answer, type Api, ApiError } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { send, sha256Of } from "../../api/upload_forms";

/** Files that are larger are uploaded in parts of this size, as the contract has it. */
export const PART_BYTES = 8 * 2 ** 20;

const TRIES = 6;
const FIRST_PAUSE = 1_000;
const KEY = "docent-upload-";

interface Parts {
  api: Api;
  files: Record<string, string>;
  file: File;
  signal: AbortSignal;
  progress: (sent: number) => void;
  storage?: Storage;
  wait?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Upload a file in parts; returns the id of the document. When the connection is lost, it goes on with the parts that S3
 * does not have, and so it does when the same file is uploaded again later, even after the page was closed.
 */
export async function uploadParts(parts: Parts): Promise<string> {
  const { file, signal, storage = window.localStorage, wait = pause } = parts;
  const name = `${KEY}${file.name} ${file.size} ${file.lastModified}`;
  const checksums = await Promise.all(slicesOf(file).map(sha256Of));
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(parts, checksums, name, storage);
    } catch (error) {
      // S3 refuses an address that has expired; the next ones are fresh.
      const passes = error instanceof ApiError && [0, 403, 429, 500, 502, 503, 504].includes(error.status);
      if (signal.aborted || !passes || tries === TRIES) throw error;
      await wait(FIRST_PAUSE * 2 ** (tries - 1));
    }
  }
}

async function attempt({ api, files, file, signal, progress }: Parts, checksums: string[], name: string, storage: Storage) {
  const own = { file_name: file.name, size_bytes: file.size };
  const known = storage.getItem(name);
  const body = { ...own, parts: checksums, ...(known ? { upload_id: known } : {}) };
  const begun = await answer(api.POST("/documents/uploads", { body, signal }));
  storage.setItem(name, begun.upload_id);
  const slices = slicesOf(file);
  let sent = file.size - begun.parts.reduce((sum, { number }) => sum + slices[number - 1]!.size, 0);
  progress(sent);
  for (const { number, url } of begun.parts) {
    const slice = slices[number - 1]!;
    const headers = { "x-amz-checksum-sha256": checksums[number - 1]! };
    await send("PUT", sameOrigin(url, files), slice, headers, signal, (part) => progress(sent + part));
    sent += slice.size;
    progress(sent);
  }
  const whole = { ...own, upload_id: begun.upload_id };
  const { document_id } = await answer(api.POST("/documents/uploads/complete", { body: whole, signal }));
  storage.removeItem(name);
  return document_id;
}

function slicesOf(file: File): Blob[] {
  const count = Math.ceil(file.size / PART_BYTES);
  return Array.from({ length: count }, (_, index) => file.slice(index * PART_BYTES, (index + 1) * PART_BYTES));
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
