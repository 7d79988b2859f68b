import { inOrder, type Label, type Segment, type Value } from "./label";

export type Side = "mine" | "theirs";

/** Where two versions of a label differ: a segment, a field of the clip, or what became of a suggestion. */
export type Difference = { key: string } & (
  | { kind: "segment"; id: string; mine?: Segment | undefined; theirs?: Segment | undefined }
  | { kind: "clip"; name: string; mine?: Value | undefined; theirs?: Value | undefined }
);

const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

/** Without what follows from the rest. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (key, each: unknown) => {
    if (key === "start_frame" || key === "end_frame") return undefined;
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function differences(mine: Label, theirs: Label): Difference[] {
  const found: Difference[] = [];
  const [ours, others] = [mine, theirs].map(({ segments }) => new Map(segments.map((each) => [each.id, each]))) as [Map<string, Segment>, Map<string, Segment>];
  for (const { id } of inOrder([...new Map([...others, ...ours]).values()])) {
    const [one, other] = [ours.get(id), others.get(id)];
    if (!same(one, other)) found.push({ key: `segment ${id}`, kind: "segment", id, mine: one, theirs: other });
  }
  for (const name of new Set([...Object.keys(mine.clip), ...Object.keys(theirs.clip)])) {
    const [one, other] = [mine.clip[name], theirs.clip[name]];
    if (!same(one, other)) found.push({ key: `clip ${name}`, kind: "clip", name, mine: one, theirs: other });
  }
  return found;
}

/** Nothing that somebody made is left out before a person decides so. */
export const proposed = (difference: Difference): Side => (difference.mine === undefined ? "theirs" : "mine");

/** A label with the chosen side of each difference. Which segments are there decides about their suggestions. */
export function mergedLabel(mine: Label, theirs: Label, found: Difference[], chosen: Record<string, Side>): Label {
  const segments = new Map(mine.segments.map((each) => [each.id, each]));
  const clip = { ...mine.clip };
  for (const difference of found) {
    if ((chosen[difference.key] ?? proposed(difference)) === "mine") continue;
    if (difference.kind === "segment") {
      if (difference.theirs) segments.set(difference.id, difference.theirs);
      else segments.delete(difference.id);
    } else if (difference.theirs === undefined) delete clip[difference.name];
    else clip[difference.name] = difference.theirs;
  }
  const suggestions = { ...theirs.suggestions, ...mine.suggestions };
  const there = new Map([...segments.values()].flatMap(({ suggestion, origin }) => (suggestion && origin !== "person" ? [[suggestion, origin] as const] : [])));
  for (const id of Object.keys(suggestions)) suggestions[id] = there.get(id) ?? "rejected";
  for (const [id, origin] of there) suggestions[id] = origin;
  return { ...mine, segments: inOrder([...segments.values()]), clip, suggestions };
}
