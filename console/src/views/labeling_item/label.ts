import { clamp, frameAt, type FrameRate, type Microseconds, MILLISECOND } from "./times";

/** What a field holds: a text, a number, a choice, several choices, or yes and no. */
export type Value = string | number | boolean | string[];
export type Fields = Record<string, Value>;

/** A machine's segment, before anybody decided about it. An empty category says only that something is there. */
export interface Suggestion {
  id: string;
  track: string;
  category: string;
  start_us: Microseconds;
  end_us: Microseconds;
  fields: Fields;
}

export interface Segment extends Suggestion {
  /** A person made it, or accepted a machine's suggestion as it was, or changed it. */
  origin: "person" | "accepted" | "changed";
  /** Which suggestion it was. */
  suggestion?: string;
}

export interface Label {
  segments: Segment[];
  /** Fields of the whole clip. */
  clip: Fields;
  suggestions: Record<string, Decision>;
  /** By the clock of who labels. */
  began_at?: string;
  ended_at?: string;
}

export type Decision = "accepted" | "changed" | "rejected";

export const EMPTY: Label = { segments: [], clip: {}, suggestions: {} };

/** A change of a label, as data: it is applied, and turned round for undo. */
export type Edit =
  | { type: "put"; segment: Segment }
  | { type: "remove"; id: string }
  | { type: "clip"; name: string; value: Value | undefined }
  | { type: "decide"; suggestion: string; decision: Decision | undefined }
  | { type: "all"; edits: Edit[] };

export type EventKind =
  | "segment_added"
  | "segment_changed"
  | "segment_removed"
  | "segment_split"
  | "segments_merged"
  | "clip_changed"
  | "suggestion_accepted"
  | "suggestion_changed"
  | "suggestion_rejected"
  | "undone"
  | "redone"
  | "merged_versions";

/** An edit, and what the log calls it. */
export interface Change {
  kind: EventKind;
  segment?: string;
  edit: Edit;
  /** Changes with the same name that follow each other are undone together, such as the letters of a text. */
  together?: string | undefined;
}

export const inOrder = <S extends Suggestion>(segments: S[]): S[] =>
  [...segments].sort((a, b) => a.start_us - b.start_us || a.end_us - b.end_us || (a.id < b.id ? -1 : 1));

export function apply(label: Label, edit: Edit): Label {
  switch (edit.type) {
    case "put":
      return { ...label, segments: inOrder([...label.segments.filter(({ id }) => id !== edit.segment.id), edit.segment]) };
    case "remove":
      return { ...label, segments: label.segments.filter(({ id }) => id !== edit.id) };
    case "clip":
      return { ...label, clip: withValue(label.clip, edit.name, edit.value) };
    case "decide":
      return { ...label, suggestions: withValue(label.suggestions, edit.suggestion, edit.decision) };
    case "all":
      return edit.edits.reduce(apply, label);
  }
}

function withValue<T>(values: Record<string, T>, name: string, value: T | undefined): Record<string, T> {
  const { [name]: _, ...others } = values;
  return value === undefined ? others : { ...others, [name]: value };
}

/** The edit that takes this one back. */
export function inverse(label: Label, edit: Edit): Edit {
  switch (edit.type) {
    case "put":
    case "remove": {
      const id = edit.type === "put" ? edit.segment.id : edit.id;
      const before = label.segments.find((each) => each.id === id);
      return before ? { type: "put", segment: before } : { type: "remove", id };
    }
    case "clip":
      return { ...edit, value: label.clip[edit.name] };
    case "decide":
      return { ...edit, decision: label.suggestions[edit.suggestion] };
    case "all": {
      const edits: Edit[] = [];
      let now = label;
      for (const each of edit.edits) {
        edits.unshift(inverse(now, each));
        now = apply(now, each);
      }
      return { type: "all", edits };
    }
  }
}

export type Edge = "start_us" | "end_us";

/** The shortest segment. */
const SHORTEST: Microseconds = MILLISECOND;

/** A segment between two times in either order; nothing, if no millisecond is between them. */
export function segmentBetween(
  of: { id: string; track: string; category: string },
  one: Microseconds,
  other: Microseconds,
  duration: Microseconds,
): Segment | undefined {
  const [start_us, end_us] = [one, other].map((time) => clamp(time, 0, duration)).sort((a, b) => a - b) as [number, number];
  return end_us - start_us < SHORTEST ? undefined : { ...of, start_us, end_us, fields: {}, origin: "person" };
}

export const added = (segment: Segment): Change => ({ kind: "segment_added", segment: segment.id, edit: { type: "put", segment } });

/** A segment as it is now. What a machine made is changed by it. */
function changed(before: Segment, now: Segment, what: string): Change {
  const together = `${what} ${now.id}`;
  if (before.origin === "person") return { kind: "segment_changed", segment: now.id, edit: { type: "put", segment: now }, together };
  return { kind: "suggestion_changed", segment: now.id, edit: putChanged(now), together };
}

/** What a machine made, and a person changed. A part of it has no suggestion of its own. */
function putChanged(segment: Segment): Edit {
  const put: Edit = { type: "put", segment: { ...segment, origin: segment.origin === "person" ? "person" : "changed" } };
  const { suggestion } = segment;
  return suggestion ? { type: "all", edits: [put, { type: "decide", suggestion, decision: "changed" }] } : put;
}

/** One edge at another time. It stays inside the clip and does not pass the other edge. */
export function withEdge(segment: Segment, edge: Edge, at: Microseconds, duration: Microseconds): Change | undefined {
  const time = edge === "start_us" ? clamp(at, 0, segment.end_us - SHORTEST) : clamp(at, segment.start_us + SHORTEST, duration);
  return time === segment[edge] ? undefined : changed(segment, { ...segment, [edge]: time }, edge);
}

/** At another time, as long as before. */
export function movedTo(segment: Segment, start: Microseconds, duration: Microseconds): Change | undefined {
  const length = segment.end_us - segment.start_us;
  const start_us = clamp(start, 0, Math.max(0, duration - length));
  return start_us === segment.start_us ? undefined : changed(segment, { ...segment, start_us, end_us: start_us + length }, "place");
}

export const withField = (segment: Segment, name: string, value: Value | undefined): Change =>
  changed(segment, { ...segment, fields: withValue(segment.fields, name, value) }, `field ${name}`);

export const withCategory = (segment: Segment, category: string): Change | undefined =>
  segment.category === category ? undefined : changed(segment, { ...segment, category }, "category");

export const withClip = (name: string, value: Value | undefined): Change => ({
  kind: "clip_changed",
  edit: { type: "clip", name, value },
  together: `clip ${name}`,
});

/** A suggestion that was accepted and then removed is rejected. */
export function removed({ id, suggestion }: Segment): Change {
  const remove: Edit = { type: "remove", id };
  const edit: Edit = suggestion ? { type: "all", edits: [remove, { type: "decide", suggestion, decision: "rejected" }] } : remove;
  return { kind: "segment_removed", segment: id, edit };
}

/** Two segments where one was. The first keeps the id, both keep the fields. */
export function split(segment: Segment, at: Microseconds, id: string): Change | undefined {
  if (at - segment.start_us < SHORTEST || segment.end_us - at < SHORTEST) return undefined;
  const edits = [putChanged({ ...segment, end_us: at }), putChanged({ ...segment, id, start_us: at })];
  return { kind: "segment_split", segment: segment.id, edit: { type: "all", edits } };
}

/** One segment where two were, from the first's start to the last end. Texts are joined; of other fields the first's count. */
export function merged(one: Segment, other: Segment, texts: ReadonlySet<string>): Change | undefined {
  if (one.track !== other.track || one.id === other.id) return undefined;
  const [first, second] = inOrder([one, other]) as [Segment, Segment];
  const fields = { ...second.fields, ...first.fields };
  for (const name of texts) {
    const both = [first.fields[name], second.fields[name]].filter((text) => typeof text === "string" && text !== "");
    if (both.length) fields[name] = both.join(" ");
  }
  const whole = putChanged({ ...first, end_us: Math.max(first.end_us, second.end_us), fields });
  const edits = [removed(second).edit, whole];
  return { kind: "segments_merged", segment: first.id, edit: { type: "all", edits } };
}

/** The next segment of the same track, with which one is merged. */
export function following(segments: Segment[], of: Segment): Segment | undefined {
  const same = segments.filter(({ track }) => track === of.track);
  return same[same.findIndex(({ id }) => id === of.id) + 1];
}

export const undecided = (suggestions: Suggestion[], label: Label): Suggestion[] =>
  suggestions.filter(({ id }) => label.suggestions[id] === undefined);

/**
 * A suggestion becomes a segment with the suggestion's id, so that it is one segment if two devices accept it. With
 * another category than the machine's, or where the machine has none, it is changed.
 */
export function accepted(suggestion: Suggestion, category: string): Change {
  const same = suggestion.category === category;
  const segment: Segment = { ...suggestion, category, origin: same ? "accepted" : "changed", suggestion: suggestion.id };
  const decision = same ? "accepted" : "changed";
  const edits: Edit[] = [{ type: "put", segment }, { type: "decide", suggestion: suggestion.id, decision }];
  return { kind: same ? "suggestion_accepted" : "suggestion_changed", segment: segment.id, edit: { type: "all", edits } };
}

export const rejected = ({ id }: Suggestion): Change => ({
  kind: "suggestion_rejected",
  segment: id,
  edit: { type: "decide", suggestion: id, decision: "rejected" },
});

/** With the numbers of the frames, where every frame lasts equally long. `offset` is that of the copy. */
export function withFrames(label: Label, rate: FrameRate | undefined, offset: Microseconds): Label {
  if (!rate) return label;
  const frames = ({ start_us, end_us }: Segment) => ({
    start_frame: Math.max(0, frameAt(start_us - offset, rate)),
    end_frame: Math.max(0, frameAt(end_us - offset, rate)),
  });
  return { ...label, segments: label.segments.map((each) => ({ ...each, ...frames(each) })) };
}
