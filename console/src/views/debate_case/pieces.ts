import type { Schemas } from "../../api/client";

type Quote = Schemas["DebateUnit"]["said"][number]["quotes"][number];

export interface Piece {
  text: string;
  /** Of a quote: its own, with its places in the document. */
  quote?: Quote;
}

const QUOTE = /<([vu])_quote>([\s\S]*?)<\/\1_quote>/g;

/** An argument in pieces. Its quotes are listed in the order of the text. */
export function piecesOf(text: string, quotes: readonly Quote[]): Piece[] {
  const pieces: Piece[] = [];
  let after = 0;
  let count = 0;
  for (const found of text.matchAll(QUOTE)) {
    if (found.index > after) pieces.push({ text: text.slice(after, found.index) });
    const quote = quotes[count];
    pieces.push(quote ? { text: found[2] ?? "", quote } : { text: found[2] ?? "" });
    count += 1;
    after = found.index + found[0].length;
  }
  if (after < text.length) pieces.push({ text: text.slice(after) });
  return pieces;
}

export interface Span {
  text: string;
  /** The first character of a quoted place, by which a click finds it. */
  place?: number;
}

/** The document in spans, with the places that somebody quoted. Places count characters, not UTF-16 units. */
export function spansOf(document: string, places: readonly (readonly [number, number])[]): Span[] {
  const characters = [...document];
  const spans: Span[] = [];
  let after = 0;
  for (const [start, end] of merged(places)) {
    if (start > after) spans.push({ text: characters.slice(after, start).join("") });
    spans.push({ text: characters.slice(start, end).join(""), place: start });
    after = end;
  }
  if (after < characters.length) spans.push({ text: characters.slice(after).join("") });
  return spans;
}

/** The span that a place is in: overlapping quotes share one. */
export function spanAt(spans: readonly Span[], place: number): number | undefined {
  const starts = spans.flatMap((each) => (each.place !== undefined && each.place <= place ? [each.place] : []));
  return starts.at(-1);
}

function merged(places: readonly (readonly [number, number])[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [start, end] of [...places].sort((one, other) => one[0] - other[0])) {
    const last = found.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else if (end > start) found.push([start, end]);
  }
  return found;
}
