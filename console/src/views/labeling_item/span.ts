import { clamp, type Microseconds, MILLISECOND } from "./times";

/** The part of the clip that is shown. */
export interface Span {
  from: Microseconds;
  to: Microseconds;
}

/** So that a millisecond is several pixels wide. */
const SHORTEST: Microseconds = 50 * MILLISECOND;

export const lengthOf = ({ from, to }: Span): Microseconds => to - from;

/** Of this length, around a place: the time stays where it is on the screen. */
export function zoomed(span: Span, factor: number, around: Microseconds, duration: Microseconds): Span {
  const length = clamp(Math.round(lengthOf(span) * factor), Math.min(SHORTEST, duration), duration);
  const share = lengthOf(span) > 0 ? (around - span.from) / lengthOf(span) : 0.5;
  return placed(Math.round(around - share * length), length, duration);
}

function placed(from: Microseconds, length: Microseconds, duration: Microseconds): Span {
  const begin = clamp(Math.round(from), 0, Math.max(0, duration - length));
  return { from: begin, to: begin + length };
}

export const shifted = (span: Span, by: Microseconds, duration: Microseconds): Span => placed(span.from + by, lengthOf(span), duration);

/** Moved if the time is not in it, so that it is at the left, as when a page is turned. */
export function showing(span: Span, time: Microseconds, duration: Microseconds): Span {
  if (time >= span.from && time < span.to) return span;
  return placed(time - lengthOf(span) * 0.1, lengthOf(span), duration);
}

/** A segment with room on both sides. */
export const around = (start: Microseconds, end: Microseconds, duration: Microseconds): Span => {
  const room = Math.max((end - start) * 0.25, 100 * MILLISECOND);
  return placed(start - room, clamp(end - start + 2 * room, Math.min(SHORTEST, duration), duration), duration);
};

/** Moved or widened as little as is needed to show the whole of a segment. */
export function containing(span: Span, start: Microseconds, end: Microseconds, duration: Microseconds): Span {
  if (start >= span.from && end <= span.to) return span;
  return end - start > lengthOf(span) ? around(start, end, duration) : placed(start - lengthOf(span) * 0.1, lengthOf(span), duration);
}
