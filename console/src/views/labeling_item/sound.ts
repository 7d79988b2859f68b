import { clamp, type Microseconds, SECOND } from "./times";

/** Least and most of each point, one after the other, of one channel between -1 and 1. */
export interface Level {
  per_second: number;
  points: number;
  url: string;
}

/** The level with the fewest points that still has one for each pixel, or the finest. */
export function levelFor<L extends Level>(levels: readonly L[], length: Microseconds, pixels: number): L | undefined {
  const sorted = [...levels].sort((a, b) => a.per_second - b.per_second);
  return sorted.find(({ per_second }) => (per_second * length) / SECOND >= pixels) ?? sorted.at(-1);
}

/** The points that cover a part of the copy. */
export function pointsOf(level: Level, from: Microseconds, to: Microseconds): { first: number; last: number } {
  const first = clamp(Math.floor((from * level.per_second) / SECOND), 0, level.points);
  return { first, last: clamp(Math.ceil((to * level.per_second) / SECOND), first, level.points) };
}

/** What a file of peaks holds, for each channel: least, most, least, most… */
export function readPeaks(bytes: Uint8Array, channels: number): Float32Array<ArrayBuffer>[] {
  const points = Math.floor(bytes.length / (2 * channels));
  const values = new Int8Array(bytes.buffer, bytes.byteOffset, points * 2 * channels);
  return Array.from({ length: channels }, (_, channel) => {
    const peaks = new Float32Array(points * 2);
    for (let point = 0; point < points; point += 1) {
      const at = (point * channels + channel) * 2;
      peaks[point * 2] = values[at]! / 128;
      peaks[point * 2 + 1] = values[at + 1]! / 127;
    }
    return peaks;
  });
}

/** Where the samples of a WAV file are. */
export interface Wave {
  channels: number;
  sampleRate: number;
  begin: number;
  bytes: number;
}

/** From the first bytes of a WAV file with 16 bits a sample. */
export function readWaveHeader(head: Uint8Array): Wave {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const name = (at: number) => String.fromCharCode(...head.subarray(at, at + 4));
  if (head.length < 12 || name(0) !== "RIFF" || name(8) !== "WAVE") throw new Error("The copy is not a WAV file.");
  let format: { channels: number; sampleRate: number } | undefined;
  for (let at = 12; at + 8 <= head.length; ) {
    const size = view.getUint32(at + 4, true);
    if (name(at) === "fmt ") {
      if (view.getUint16(at + 22, true) !== 16) throw new Error("The copy does not have 16 bits a sample.");
      format = { channels: view.getUint16(at + 10, true), sampleRate: view.getUint32(at + 12, true) };
    }
    if (name(at) === "data" && format) return { ...format, begin: at + 8, bytes: size };
    at += 8 + size + (size % 2);
  }
  throw new Error("The copy's samples were not found.");
}

/** The bytes of a part of the copy. */
export function bytesOf({ channels, sampleRate, begin, bytes }: Wave, from: Microseconds, to: Microseconds): { first: number; last: number } {
  const frame = 2 * channels;
  const frames = Math.floor(bytes / frame);
  const at = (time: Microseconds) => begin + clamp(Math.round((time * sampleRate) / SECOND), 0, frames) * frame;
  return { first: at(from), last: at(to) };
}

/** The mean of all channels, between -1 and 1. */
export function readSamples(bytes: Uint8Array, channels: number): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(Math.floor(bytes.length / (2 * channels)));
  for (let index = 0; index < samples.length; index += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += view.getInt16((index * channels + channel) * 2, true);
    samples[index] = sum / channels / 32768;
  }
  return samples;
}
