import type { Schemas } from "../../api/client";

type Document = Schemas["Document"];

/** What takes this many times as long as usual is stuck. */
const STUCK = 3;

/** The work that is under way; undefined if there is none. */
export function progressOf({ status, removing_since, updated_at, usual_seconds }: Document, now = Date.now()) {
  if (status !== "INGESTING" && status !== "REMOVING") return undefined;
  const since = removing_since ?? updated_at;
  const usual = usual_seconds && 1000 * usual_seconds;
  return { since, usual, stuck: usual !== undefined && now - Date.parse(since) > STUCK * usual };
}
