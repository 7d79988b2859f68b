import { inOrder, type Label, type Segment, type Value } from "../views/labeling_item/label";
import type { TaskSchema } from "../views/labeling_item/task_schema";
import { type Microseconds, SECOND } from "../views/labeling_item/times";

/** An input of a form: a text, or choices of which some are made. A `crowd-form` sends those as a map of booleans. */
export interface FormInput {
  name: string;
  type: "hidden" | "radio" | "checkbox";
  value: string;
  checked: boolean;
}

/** A label as an answer of Ground Truth has it: `labeling.ground_truth` writes the same for exports, and reads it. */
export function inputsOf(label: Label, schema: TaskSchema): FormInput[] {
  const annotations = { categories: categoriesOf(schema), streams: streamsOf(label, schema), ...timesOf(label) };
  const clip = Object.entries(schema.clip?.properties ?? {}).flatMap(([name, { type, enum: choices, items, control, minimum, maximum }]) => {
    const value = label.clip[name];
    if (value === undefined) return [];
    const choice = (type: "radio" | "checkbox", values: string[]) =>
      values.map((each): FormInput => ({ name, type, value: each, checked: Array.isArray(value) ? value.includes(each) : String(value) === each }));
    if (choices) return choice("radio", choices);
    if (type === "array") return choice("checkbox", items?.enum ?? []);
    if (control === "stars") return choice("radio", numbers(minimum ?? 1, maximum ?? 5));
    return [text(name, value)];
  });
  return [text("annotations", JSON.stringify(annotations)), ...clip];
}

/** Into the form, in place of what is there. */
export function fill(box: HTMLElement, inputs: FormInput[]): void {
  box.replaceChildren(...inputs.map((each) => Object.assign(document.createElement("input"), each)));
}

const text = (name: string, value: Value): FormInput => ({ name, type: "hidden", value: String(value), checked: false });

const numbers = (first: number, last: number): string[] => Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

const categoriesOf = ({ tracks }: TaskSchema) =>
  Object.fromEntries(tracks.map(({ name, categories }) => [name, categories.map((each) => each.name)]));

function streamsOf({ segments }: Label, { tracks }: TaskSchema) {
  const streams: Record<string, object[]> = {};
  for (const segment of inOrder(segments)) {
    const fields = Object.keys(tracks.find(({ name }) => name === segment.track)?.fields?.properties ?? {});
    (streams[segment.track] ??= []).push(streamSegment(segment, fields));
  }
  return streams;
}

function streamSegment(segment: Segment & { start_frame?: number; end_frame?: number }, fields: string[]): object {
  const told = fields.filter((name) => segment.fields[name] !== undefined).map((name) => [name, segment.fields[name]]);
  return {
    id: segment.category,
    start: seconds(segment.start_us),
    end: seconds(segment.end_us),
    ...Object.fromEntries(told),
    ...(segment.start_frame === undefined ? {} : { startFrame: segment.start_frame, endFrame: segment.end_frame }),
    origin: segment.origin,
    segmentId: segment.id,
    ...(segment.suggestion === undefined ? {} : { suggestion: segment.suggestion }),
  };
}

function timesOf({ began_at, ended_at }: Label): object {
  if (began_at === undefined || ended_at === undefined) return {};
  const [began, ended] = [new Date(began_at), new Date(ended_at)];
  return {
    startTimestamp: began.getTime(),
    startUTCTime: began.toUTCString(),
    endTimestamp: ended.getTime(),
    endUTCTime: ended.toUTCString(),
    // Clocks are set.
    elapsedTime: Math.max(0, ended.getTime() - began.getTime()),
  };
}

const seconds = (time: Microseconds): number => time / SECOND;
