/** A new id of a turn: the time, by which turns are sorted, and 20 random digits (docs/api.md). */
export function newTurnId(now = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  return now.toString(16).padStart(12, "0") + [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
