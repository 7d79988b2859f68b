/** Whole microseconds of the original clip. Players count in seconds of its copy, people read milliseconds. */
export type Microseconds = number;

export const MILLISECOND: Microseconds = 1_000;
export const SECOND: Microseconds = 1_000_000;

export const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** `original = copy + offset`. What is read from the player is a whole millisecond of the original. */
export const fromPlayer = (seconds: number, offset: Microseconds): Microseconds =>
  Math.round((seconds * SECOND + offset) / MILLISECOND) * MILLISECOND;

export const toPlayer = (time: Microseconds, offset: Microseconds): number => (time - offset) / SECOND;

/** `2:03.456`, or `1:02:03.456` from an hour on. */
export function formatTime(time: Microseconds): string {
  const ms = Math.round(time / MILLISECOND);
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const seconds = `${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** What somebody typed as a time: `62.5`, `1:02,5` or `1:02:03.456`. */
export function parseTime(text: string): Microseconds | undefined {
  const found = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,6}))?$/.exec(text.trim());
  if (!found) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0", parts = ""] = found;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * SECOND + Number(parts.padEnd(6, "0"));
}

/** Frames a second, as a fraction: 29.97 is 30000/1001. */
export interface FrameRate {
  numerator: number;
  denominator: number;
}

/** The number of the frame that is shown at this time of the copy. Half a millisecond before it begins is its beginning. */
export const frameAt = (time: Microseconds, { numerator, denominator }: FrameRate): number =>
  Math.floor(((time + MILLISECOND / 2) * numerator) / (denominator * SECOND));

export const frameBegin = (frame: number, { numerator, denominator }: FrameRate): Microseconds =>
  Math.round((frame * denominator * SECOND) / numerator);

/** The beginning of the frame that is so many frames away. */
export const stepFrames = (time: Microseconds, by: number, rate: FrameRate): Microseconds => frameBegin(frameAt(time, rate) + by, rate);
