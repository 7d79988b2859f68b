import WaveSurfer from "wavesurfer.js";
import RegionsPlugin, { type Region } from "wavesurfer.js/dist/plugins/regions.js";
import SpectrogramPlugin from "wavesurfer.js/dist/plugins/spectrogram.js";
import TimelinePlugin from "wavesurfer.js/dist/plugins/timeline.js";
import type { Edge } from "./label";
import type { Bar } from "./bars";
import type { Drawn } from "./ClipSound";
import { lengthOf, type Span } from "./span";
import { clamp, formatTime, type Microseconds, MILLISECOND, SECOND } from "./times";

export interface Hearing {
  /** A click at a time. */
  seek: (time: Microseconds) => void;
  choose: (id: string) => void;
  /** An edge was dragged, or with both edges the whole. */
  drag: (id: string, edge: Edge | undefined, time: Microseconds) => void;
  /** Drawn where there was nothing. */
  draw: (from: Microseconds, to: Microseconds) => void;
  /** Another part is asked for in the overview. */
  show: (span: Span) => void;
}

export interface Colors {
  wave: string;
  cursor: string;
  overview: string;
  spectrogram: "gray" | "igray";
}

interface Boxes {
  overview: HTMLElement;
  wave: HTMLElement;
  spectrogram: HTMLElement;
}

const [WAVE_HEIGHT, OVERVIEW_HEIGHT, SPECTROGRAM_HEIGHT] = [160, 40, 128];
/** Milliseconds without another part. */
const AT_REST = 120;
/** Pixels between two times of the scale. */
const APART = 110;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 12e5, 18e5, 36e5];

/**
 * wavesurfer.js, with the part of the clip that is shown and an overview of the whole. It gets only what that part
 * needs, so that an hour costs what a minute does, and its elements never grow with the clip.
 */
export class Waves {
  readonly #wave: WaveSurfer;
  readonly #overview: WaveSurfer;
  readonly #regions = RegionsPlugin.create();
  /** What is shown, in the overview. */
  #frame: Region | undefined;
  readonly #drawn = new Map<string, { region: Region; bar: Bar }>();
  readonly #duration: Microseconds;
  readonly #hearing: Hearing;
  readonly #boxes: Boxes;
  readonly #colors: Colors;
  #timeline: TimelinePlugin | undefined;
  #spectrogram: SpectrogramPlugin | undefined;
  #span: Span;
  #bars: Bar[] = [];
  #now: Microseconds = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #isShown = false;

  constructor(boxes: Boxes, duration: Microseconds, overview: Drawn, colors: Colors, hearing: Hearing) {
    this.#duration = duration;
    this.#hearing = hearing;
    this.#boxes = boxes;
    this.#colors = colors;
    this.#span = { from: 0, to: duration };
    const common = { waveColor: colors.wave, progressColor: colors.wave, cursorColor: colors.cursor, renderFunction: drawWave, hideScrollbar: true };
    adoptStyles(boxes.wave);
    adoptStyles(boxes.overview);
    this.#wave = WaveSurfer.create({ ...common, container: boxes.wave, height: WAVE_HEIGHT, cursorWidth: 2, plugins: [this.#regions] });
    const minimap = RegionsPlugin.create();
    this.#overview = WaveSurfer.create({
      ...common, container: boxes.overview, height: OVERVIEW_HEIGHT, cursorWidth: 1,
      peaks: [overview.most, overview.least], duration: duration / SECOND, plugins: [minimap],
    });
    this.#overview.on("ready", () => {
      const { from, to } = this.#span;
      const frame = minimap.addRegion({ id: "shown", start: from / SECOND, end: to / SECOND, color: colors.overview });
      frame.on("update", () => this.#hearing.show({ from: micros(frame.start), to: micros(frame.end) }));
      this.#frame = frame;
    });
    this.#overview.on("click", (share) => {
      const length = lengthOf(this.#span);
      const from = clamp(Math.round(share * duration - length / 2), 0, duration - length);
      this.#hearing.show({ from, to: from + length });
    });
    this.#wave.on("click", (share) => this.#hearing.seek(this.#at(share)));
    this.#listenToRegions();
    const stopDrawing = this.#regions.enableDragSelection({ color: colors.overview }, 4);
    this.#wave.once("destroy", stopDrawing);
  }

  get width(): number {
    return this.#boxes.wave.clientWidth || 800;
  }

  /** Draw a part of the clip. */
  async show(span: Span, drawn: Drawn): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#timeline?.destroy();
    this.#timeline = undefined;
    await this.#wave.load("", [drawn.most, drawn.least], lengthOf(span) / SECOND);
    // Before that, regions would be placed in the length of the part before.
    if (turn !== this.#turn) return;
    this.#span = span;
    this.#isShown = true;
    this.#scale();
    this.#showSpectrogram(drawn.samples);
    this.#frame?.setOptions({ start: span.from / SECOND, end: span.to / SECOND });
    this.bars(this.#bars);
    this.cursor(this.#now);
  }

  /** Segments, of which those that are shown become regions. */
  bars(bars: Bar[]): void {
    this.#bars = bars;
    if (!this.#isShown) return;
    const { from, to } = this.#span;
    const visible = new Map(bars.filter(({ start_us, end_us }) => start_us < to && end_us > from).map((bar) => [bar.id, bar]));
    for (const [id, { region }] of this.#drawn) {
      if (visible.has(id)) continue;
      this.#drawn.delete(id);
      region.remove();
    }
    for (const bar of visible.values()) this.#drawBar(bar);
  }

  /** Where the player is. */
  cursor(now: Microseconds): void {
    this.#now = now;
    const inside = now >= this.#span.from && now <= this.#span.to;
    const cursor = this.#wave.getWrapper().querySelector<HTMLElement>(".cursor");
    if (cursor) cursor.style.visibility = inside ? "visible" : "hidden";
    if (inside) this.#wave.setTime((now - this.#span.from) / SECOND);
    this.#overview.setTime(now / SECOND);
  }

  destroy(): void {
    this.#turn = -1;
    clearTimeout(this.#later);
    this.#wave.destroy();
    this.#overview.destroy();
  }

  #drawBar(bar: Bar): void {
    const { from, to } = this.#span;
    const [start, end] = [Math.max(bar.start_us, from), Math.min(bar.end_us, to)].map((time) => (time - from) / SECOND) as [number, number];
    const whole = bar.start_us >= from && bar.end_us <= to;
    const free = !bar.fixed;
    const options = { start, end, drag: free && whole, resizeStart: free && bar.start_us >= from, resizeEnd: free && bar.end_us <= to };
    const { region: there, bar: before } = this.#drawn.get(bar.id) ?? {};
    const region = there ?? this.#regions.addRegion({ id: bar.id, ...options, resize: free, color: bar.color });
    there?.setOptions({ ...options, color: bar.color });
    const element = region.element;
    if (element) {
      Object.assign(element.style, {
        top: `${(bar.lane / bar.lanes) * 100}%`,
        height: `${100 / bar.lanes}%`,
        border: bar.suggested ? "2px dashed currentColor" : "",
        outline: bar.chosen ? "2px solid currentColor" : "",
        outlineOffset: "-2px",
        zIndex: bar.chosen ? "3" : "1",
      });
    }
    if (before?.name !== bar.name) region.setContent(nameTag(bar.name));
    this.#drawn.set(bar.id, { region, bar });
  }

  #listenToRegions(): void {
    this.#regions.on("region-clicked", (region, event) => {
      event.stopPropagation();
      this.#hearing.choose(region.id);
      const { left, width } = this.#boxes.wave.getBoundingClientRect();
      this.#hearing.seek(this.#at((event.clientX - left) / width));
    });
    this.#regions.on("region-updated", (region, side) => {
      const found = this.#drawn.get(region.id);
      if (!found) return;
      const edge: Edge | undefined = side === "start" ? "start_us" : side === "end" ? "end_us" : undefined;
      this.#hearing.drag(region.id, edge, this.#span.from + micros(edge === "end_us" ? region.end : region.start));
      // Where it may be, if not where it was dragged to.
      this.bars(this.#bars);
    });
    // One that a person has drawn, and that is no segment yet.
    this.#regions.on("region-created", (region) => {
      if (this.#drawn.has(region.id) || this.#bars.some(({ id }) => id === region.id)) return;
      const [start, end] = [region.start, region.end].map((time) => this.#span.from + micros(time)) as [number, number];
      queueMicrotask(() => {
        region.remove();
        this.#hearing.draw(start, end);
      });
    });
  }

  /** Times of the scale are round numbers, wherever the part begins. */
  #scale(): void {
    const length = lengthOf(this.#span);
    const step = (STEPS.find((each) => ((each * MILLISECOND) / length) * this.width >= APART) ?? STEPS.at(-1)!) * MILLISECOND;
    const first = Math.ceil(this.#span.from / step) * step;
    this.#timeline = this.#wave.registerPlugin(
      TimelinePlugin.create({
        height: 20,
        timeInterval: step / SECOND,
        primaryLabelSpacing: 1,
        timeOffset: (first - this.#span.from) / SECOND,
        formatTimeCallback: (seconds) => formatTime(first + micros(seconds)),
      }),
    );
  }

  #showSpectrogram(samples: boolean): void {
    clearTimeout(this.#later);
    this.#spectrogram?.destroy();
    this.#spectrogram = undefined;
    this.#boxes.spectrogram.hidden = !samples;
    // It takes a tenth of a second, so it waits until nobody scrolls.
    if (samples) this.#later = setTimeout(() => this.#makeSpectrogram(), AT_REST);
  }

  #makeSpectrogram(): void {
    const length = lengthOf(this.#span) / SECOND;
    this.#spectrogram = this.#wave.registerPlugin(
      SpectrogramPlugin.create({
        container: this.#boxes.spectrogram,
        height: SPECTROGRAM_HEIGHT,
        fftSamples: length < 0.5 ? 128 : length < 4 ? 256 : 512,
        scale: "mel",
        colorMap: this.#colors.spectrogram,
      }),
    );
  }

  #at(share: number): Microseconds {
    const time = this.#span.from + share * lengthOf(this.#span);
    return clamp(Math.round(time / MILLISECOND) * MILLISECOND, 0, this.#duration);
  }
}

const micros = (seconds: number): Microseconds => Math.round((seconds * SECOND) / MILLISECOND) * MILLISECOND;

function nameTag(name: string): HTMLElement {
  const tag = document.createElement("bdi");
  tag.textContent = name;
  Object.assign(tag.style, { display: "block", padding: "0 6px", font: "12px sans-serif", overflow: "hidden", whiteSpace: "nowrap", textOverflow: "ellipsis", pointerEvents: "none" });
  return tag;
}

/** The most and the least of what falls on each pixel, joined with the pixel before. */
function drawWave([most, least]: (Float32Array | number[])[], context: CanvasRenderingContext2D): void {
  const { width, height } = context.canvas;
  const [middle, points] = [height / 2, most?.length ?? 0];
  if (!most || !least) return;
  for (let x = 0; x < width; x += 1) {
    const first = Math.max(0, Math.floor((x * points) / width) - 1);
    const last = Math.min(points, Math.max(first + 1, Math.ceil(((x + 1) * points) / width)));
    let [high, low] = [-1, 1];
    for (let index = first; index < last; index += 1) {
      high = Math.max(high, most[index]!);
      low = Math.min(low, least[index]!);
    }
    if (high >= low) context.fillRect(x, middle - high * middle, 1, Math.max(1, (high - low) * middle));
  }
}

/**
 * wavesurfer.js styles its shadow tree with a `<style>` element, which the page's content security policy refuses. The
 * same rules go into a constructed style sheet before the tree gets into the page.
 */
function adoptStyles(container: HTMLElement): void {
  container.appendChild = <T extends Node>(child: T): T => {
    const tree = child instanceof HTMLElement ? child.shadowRoot : null;
    for (const style of tree?.querySelectorAll("style") ?? []) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style.textContent ?? "");
      tree!.adoptedStyleSheets.push(sheet);
      style.remove();
    }
    return Node.prototype.appendChild.call(container, child) as T;
  };
}
