import { FileRanges } from "../document/pdf/FileRanges";
import { bytesOf, type Level, levelFor, pointsOf, readPeaks, readSamples, readWaveHeader, type Wave } from "./sound";
import { lengthOf, type Span } from "./span";
import { type Microseconds, SECOND } from "./times";

/** What is drawn of a span: the most and the least of each point, or samples, of which a spectrogram can be made. */
export interface Drawn {
  most: Float32Array<ArrayBuffer>;
  least: Float32Array<ArrayBuffer>;
  samples: boolean;
}

interface Media {
  duration_us: Microseconds;
  offset_us: Microseconds;
  channels: number;
  copy: { type: string; url: string };
  /** A video's sound as WAV. */
  sound?: { url: string };
  peaks: Level[];
}

/** So much is read of the copy at once: 30 seconds are 3 MB at most. */
export const LONGEST_OF_SAMPLES: Microseconds = 30 * SECOND;
const HEADER = 4096;
/** Points of the overview. */
const OVERVIEW = 4000;
/** Files are read in blocks, of which so many are kept: going back and forth asks for nothing. */
const [BLOCK, KEPT] = [2 ** 18, 64];

/**
 * The waveform of the copy. Of the files only what is shown is read; nothing is decoded. `fresh` asks for links again,
 * after they have expired.
 */
export class ClipSound {
  readonly #media: Media;
  readonly #files = new Map<string, FileRanges>();
  readonly #link: (of: (media: Media) => string, expired: boolean) => Promise<string>;
  readonly #kept = new Map<string, Promise<Uint8Array>>();
  #wave: Promise<Wave> | undefined;

  constructor(media: Media, link: (of: (media: Media) => string, expired: boolean) => Promise<string>) {
    this.#media = media;
    this.#link = link;
  }

  /** The whole clip, coarsely. */
  overview(): Promise<Drawn> {
    return this.#peaks({ from: 0, to: this.#media.duration_us }, OVERVIEW);
  }

  /** As finely as there are pixels. */
  async of(span: Span, pixels: number): Promise<Drawn> {
    if (!samplesOf(this.#media) || lengthOf(span) > LONGEST_OF_SAMPLES) return this.#peaks(span, pixels);
    const wave = await (this.#wave ??= this.#header());
    const { first, last } = bytesOf(wave, span.from - this.#media.offset_us, span.to - this.#media.offset_us);
    const most = readSamples(await this.#read("samples", linkOfSamples, first, last), wave.channels);
    return { most, least: most, samples: true };
  }

  async #header(): Promise<Wave> {
    try {
      return readWaveHeader(await this.#read("samples", linkOfSamples, 0, HEADER));
    } catch (error) {
      this.#wave = undefined;
      throw error;
    }
  }

  async #peaks(span: Span, pixels: number): Promise<Drawn> {
    const { channels, offset_us, peaks } = this.#media;
    const level = levelFor(peaks, lengthOf(span), pixels);
    if (!level || channels === 0) return { most: new Float32Array(2), least: new Float32Array(2), samples: false };
    const { first, last } = pointsOf(level, span.from - offset_us, span.to - offset_us);
    const point = 2 * channels;
    const link = (media: Media) => media.peaks.find(({ per_second }) => per_second === level.per_second)?.url ?? level.url;
    const bytes = await this.#read(String(level.per_second), link, first * point, last * point);
    const [one, ...others] = readPeaks(bytes, channels);
    const points = one ? one.length / 2 : 0;
    const [least, most] = [new Float32Array(points), new Float32Array(points)];
    for (let index = 0; index < points; index += 1) {
      least[index] = Math.min(one![index * 2]!, ...others.map((each) => each[index * 2]!));
      most[index] = Math.max(one![index * 2 + 1]!, ...others.map((each) => each[index * 2 + 1]!));
    }
    return { most, least, samples: false };
  }

  async #read(name: string, of: (media: Media) => string, first: number, last: number): Promise<Uint8Array> {
    if (last <= first) return new Uint8Array();
    const numbers = Array.from({ length: Math.floor((last - 1) / BLOCK) - Math.floor(first / BLOCK) + 1 }, (_, index) => Math.floor(first / BLOCK) + index);
    const blocks = await Promise.all(numbers.map((number) => this.#block(name, of, number)));
    const found = new Uint8Array(last - first);
    let length = 0;
    for (const [index, block] of blocks.entries()) {
      const begin = numbers[index]! * BLOCK;
      const part = block.subarray(Math.max(0, first - begin), last - begin);
      found.set(part, length);
      length += part.length;
    }
    return found.subarray(0, length);
  }

  #block(name: string, of: (media: Media) => string, number: number): Promise<Uint8Array> {
    const key = `${name} ${number}`;
    const found = this.#kept.get(key);
    if (found) return found;
    const reading = this.#file(name, of)
      .read(number * BLOCK, (number + 1) * BLOCK)
      .then(({ bytes }) => bytes);
    this.#kept.set(key, reading);
    reading.catch(() => this.#kept.delete(key));
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return reading;
  }

  #file(name: string, of: (media: Media) => string): FileRanges {
    let file = this.#files.get(name);
    if (!file) {
      let asked = false;
      file = new FileRanges(() => {
        const expired = asked;
        asked = true;
        return this.#link(of, expired);
      });
      this.#files.set(name, file);
    }
    return file;
  }
}

/** The file that has samples: the copy, or beside a video its sound. */
const samplesOf = ({ copy, sound }: Media): { url: string } | undefined => (copy.type === "audio/wav" ? copy : sound);
const linkOfSamples = (media: Media): string => samplesOf(media)?.url ?? "";
