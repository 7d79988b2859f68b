import type { Schemas } from "../../../api/client";

type Trace = Schemas["Trace"];
type State = Schemas["TracedState"];
export type Facts = Schemas["Facts"];

/** A line of the trace: a state of the workflow, or the child execution of an image, or one of its states. */
export interface Line {
  key: string;
  /** The id of the image, or the name of the state. */
  name: string;
  /** Of a child execution: the pages that show its image. */
  pages?: number[];
  /** How deep it is inside of others. */
  depth: 0 | 1 | 2;
  status: string;
  start: number;
  end: number;
  attempts: number;
  input: Facts;
  output: Facts;
  error?: Schemas["Error"];
}

export interface TimeLine {
  lines: Line[];
  start: number;
  end: number;
}

/** The states in the order in which they began, the images below them; what has not ended goes on until `now`. */
export function timeLineOf(trace: Trace, now: number): TimeLine | undefined {
  const { execution, images } = trace;
  if (!execution) return undefined;
  const states = execution.states.map((state, index) => lineOf(state, `${index}`, 0, now));
  const children = images.flatMap((image, index) => {
    const start = Date.parse(image.started_at);
    const child: Line = {
      key: `image ${index}`,
      name: image.picture_id,
      pages: image.pages,
      depth: 1,
      status: image.status,
      start,
      end: timeOf(image.ended_at, now),
      attempts: Math.max(1, ...image.states.map((state) => state.attempts)),
      input: {},
      output: {},
      error: image.error,
    };
    return [child, ...image.states.map((state, place) => lineOf(state, `image ${index} ${place}`, 2, now))];
  });
  // Below the state that started them.
  const parent = states.findLastIndex((state) => state.start <= (children[0]?.start ?? NaN));
  const lines = [...states.slice(0, parent + 1), ...children, ...states.slice(parent + 1)];
  const starts = [Date.parse(execution.started_at), ...lines.map((line) => line.start)].filter(Number.isFinite);
  const start = Math.min(...starts);
  // What a redrive repeats can have begun after the end that is told.
  const end = Math.max(start + 1, timeOf(execution.ended_at, now), ...lines.map((line) => line.end).filter(Number.isFinite));
  return { lines, start, end };
}

function lineOf(state: State, key: string, depth: Line["depth"], now: number): Line {
  const start = Date.parse(state.started_at);
  return {
    key,
    name: state.name,
    depth,
    status: state.status,
    start,
    end: timeOf(state.ended_at, state.status === "RUNNING" ? now : start),
    attempts: state.attempts,
    input: state.input,
    output: state.output,
    error: state.error,
  };
}

function timeOf(iso: string | undefined, otherwise: number): number {
  return iso ? Date.parse(iso) : otherwise;
}

/** Where a line's bar is on the time line, in percent; it can always be seen. */
export function barOf(line: Line, { start, end }: TimeLine): { left: number; width: number } {
  const whole = end - start;
  const width = Math.max(0.6, ((line.end - line.start) / whole) * 100);
  const left = Math.min(100 - width, Math.max(0, ((line.start - start) / whole) * 100));
  return { left, width };
}

const STEPS = [1, 2, 5];

/** Round numbers of milliseconds from 0 to `whole`, at most `most` + 1 of them. */
export function ticksOf(whole: number, most: number): number[] {
  const rough = whole / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, (STEPS.find((each) => each * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, index) => index * step);
}
