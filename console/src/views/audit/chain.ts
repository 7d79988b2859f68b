import type { Schemas } from "../../api/client";

export type Entry = Schemas["AuditLog"]["entries"][number];
export type Anchor = NonNullable<Schemas["AuditLog"]["anchors"]>[number];

/** What the first entry has as the hash of the one before. */
const BEGINNING = "0".repeat(64);

/** The first entry that was changed, moved or removed, or is not as it was anchored; undefined if the log is whole. */
export async function firstProblem(entries: readonly Entry[], anchors: readonly Anchor[]): Promise<number | undefined> {
  let previous = BEGINNING;
  for (const [index, entry] of entries.entries()) {
    const digest = await digestOf(entry);
    if (entry.sequence !== index + 1 || entry.previous !== previous || entry.digest !== digest) return index + 1;
    previous = entry.digest;
  }
  return anchors.find(({ sequence, digest }) => entries[sequence - 1]?.digest !== digest)?.sequence;
}

async function digestOf({ sequence, previous, told }: Entry): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${sequence}\n${previous}\n${told}`));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The lines that `docent audit export` writes, and `docent audit verify` reads. */
export function linesOf(entries: readonly Entry[], anchors: readonly Anchor[]): string {
  return [{ anchors }, ...entries].map((each) => `${JSON.stringify(each)}\n`).join("");
}
