import type { Schemas } from "../../api/client";
import type { Change, Label } from "./label";

export type LabelEvent = Omit<Schemas["LabelChange"]["events"][number], "change"> & { change?: Record<string, unknown> };

export interface Save {
  save_id: string;
  base: number;
  events: LabelEvent[];
  label: Label;
}

/** What another window saved meanwhile. */
export interface Other {
  version: number;
  saved_at: string;
  label: Label;
}

/** What is kept on the device: a label, and the events that the server does not have. */
export interface Draft {
  /** The version that the events follow. */
  base: number;
  label: Label;
  events: LabelEvent[];
  /** A save that is under way, or whose reply was lost: it is sent again under the same id. */
  sending?: { id: string; count: number };
  /** Both are kept until a person has decided. */
  conflict?: Other;
}

/** With nothing unsent, what the server has is newer or the same. Otherwise it tells whether both go together. */
export const opened = (kept: Draft | undefined, saved: Pick<Other, "version" | "label"> | undefined, empty: Label): Draft =>
  kept && (kept.events.length > 0 || kept.conflict)
    ? kept
    : { base: saved?.version ?? 0, label: saved?.label ?? empty, events: [] };

/** Letters of one text are one event while it is unsent. */
export function withChange(draft: Draft, { kind, segment, together }: Change, label: Label, at: string): Draft {
  const times = label.segments.find(({ id }) => id === segment);
  const event: LabelEvent = { at, kind, ...(segment === undefined ? {} : { segment }) };
  if (times) event.change = { start_us: times.start_us, end_us: times.end_us, category: times.category };
  if (together !== undefined) event.change = { ...event.change, together };
  const last = draft.events.at(-1);
  const unsent = draft.events.length > (draft.sending?.count ?? 0);
  const same = together !== undefined && unsent && last?.kind === kind && last.change?.["together"] === together;
  return { ...draft, label, events: same ? [...draft.events.slice(0, -1), event] : [...draft.events, event] };
}

/** As many events at once. */
const MOST = 1000;

/** The next save, if there is something to send. */
export function nextSave(draft: Draft, id: string): { draft: Draft; save: Save } | undefined {
  if (draft.events.length === 0 || draft.conflict) return undefined;
  const sending = draft.sending ?? { id, count: Math.min(draft.events.length, MOST) };
  const events = draft.events.slice(0, sending.count);
  const save = { save_id: sending.id, base: draft.base, events, label: draft.label };
  return { draft: { ...draft, sending }, save };
}

export function savedAs(draft: Draft, version: number): Draft {
  const { sending, ...rest } = draft;
  return { ...rest, base: version, events: draft.events.slice(sending?.count ?? 0) };
}

export function conflicting(draft: Draft, conflict: Other): Draft {
  const { sending: _, ...rest } = draft;
  return { ...rest, conflict };
}

/** A person has chosen: the next save follows the other version. */
export function resolved(draft: Draft, label: Label, at: string): Draft {
  const { conflict, ...rest } = draft;
  return { ...rest, base: conflict?.version ?? draft.base, label, events: [{ at, kind: "merged_versions" }] };
}

export const isSaved = (draft: Draft): boolean => draft.events.length === 0 && !draft.conflict;
