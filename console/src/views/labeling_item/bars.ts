import type { Language } from "../../i18n/language";
import { shown } from "../../text/plain";
import type { Segment, Suggestion } from "./label";
import { categoryOf, type TaskSchema, titleOf } from "./task_schema";
import type { Microseconds } from "./times";

/** A segment as it is drawn in the waveform. */
export interface Bar {
  id: string;
  start_us: Microseconds;
  end_us: Microseconds;
  name: string;
  color: string;
  /** Which of how many lanes. */
  lane: number;
  lanes: number;
  /** A machine's, about which nobody has decided. */
  suggested: boolean;
  /** It cannot be dragged. */
  fixed: boolean;
  chosen: boolean;
}

/** Each track has a lane of its own. */
export function barsOf(schema: TaskSchema, language: Language, all: readonly (Segment | Suggestion)[], chosen: string | undefined): Bar[] {
  return all.map((each) => {
    const suggested = !("origin" in each);
    const lane = Math.max(0, schema.tracks.findIndex(({ name }) => name === each.track));
    return { ...barOf(schema, language, each), lane, lanes: schema.tracks.length, suggested, fixed: suggested, chosen: each.id === chosen };
  });
}

export function barOf(schema: TaskSchema, language: Language, { id, start_us, end_us, track, category, fields }: Segment | Suggestion) {
  const found = categoryOf(schema, { track, category });
  const text = typeof fields["text"] === "string" ? fields["text"] : "";
  const name = shown([titleOf(found?.title, language, category || "?"), text].filter(Boolean).join(": "));
  return { id, start_us, end_us, name, color: `${found?.color ?? "#687078"}55` };
}
