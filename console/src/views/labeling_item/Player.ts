import { clamp, fromPlayer, type Microseconds, MILLISECOND, toPlayer } from "./times";

interface Stretch {
  from: Microseconds;
  to: Microseconds;
  loop: boolean;
}

/** What silences the sound at a moment, to the sample: Web Audio. */
export interface Mute {
  /** From so many seconds on. */
  after(seconds: number): void;
  off(): void;
}

/**
 * Plays the copy, and counts in times of the original. A stretch stops at its edge: the sound is silenced by the audio
 * clock, and the picture by the next frame. A `timeupdate` event, four times a second, would be far too late.
 */
export class Player {
  readonly #media: HTMLMediaElement;
  readonly #offset: Microseconds;
  readonly #duration: Microseconds;
  readonly #makeMute: () => Mute | undefined;
  #mute: Mute | undefined;
  #stretch: Stretch | undefined;
  /** Where the player was put, exactly: it rounds what it is given. */
  #sought: Microseconds | undefined = 0;
  #frame = 0;
  #wanted = false;
  readonly #listeners = new Set<(now: Microseconds) => void>();
  readonly #stop = new AbortController();

  constructor(media: HTMLMediaElement, offset: Microseconds, duration: Microseconds, makeMute: () => Mute | undefined = () => webAudioMute(media)) {
    this.#media = media;
    this.#offset = offset;
    this.#duration = duration;
    this.#makeMute = makeMute;
    const on = (name: string, listener: () => void) => media.addEventListener(name, listener, { signal: this.#stop.signal });
    // The browser may pause it, too.
    on("pause", () => (media.paused && this.#wanted ? this.pause() : this.#tell()));
    on("ended", () => this.pause());
    on("seeked", () => this.playing && this.#mute?.off());
    // A hidden page draws no frames, so that nothing would stop at an edge.
    document.addEventListener("visibilitychange", () => document.hidden && this.#stretch && this.pause(), { signal: this.#stop.signal });
  }

  get playing(): boolean {
    return this.#wanted;
  }

  get looping(): boolean {
    return this.#stretch?.loop ?? false;
  }

  /** A whole millisecond, or the exact place where it was put. */
  get now(): Microseconds {
    if (!this.playing && this.#sought !== undefined) return this.#sought;
    return clamp(fromPlayer(this.#media.currentTime, this.#offset), 0, this.#duration);
  }

  /** The time at which a key was pressed, however late the page heard of it. */
  timeOf({ timeStamp }: { timeStamp: number }): Microseconds {
    if (!this.playing) return this.now;
    const late = Math.max(0, performance.now() - timeStamp) / 1000;
    return clamp(fromPlayer(this.#media.currentTime - late * this.#media.playbackRate, this.#offset), 0, this.#duration);
  }

  set rate(value: number) {
    this.#media.playbackRate = value;
  }

  seek(time: Microseconds): void {
    this.#stretch = undefined;
    this.#mute?.off();
    this.#put(time);
    this.#tell();
  }

  async play(): Promise<void> {
    this.#stretch = undefined;
    await this.#play();
  }

  /** From an edge to another, once or again and again. */
  async playStretch(from: Microseconds, to: Microseconds, loop = false): Promise<void> {
    this.#stretch = { from, to, loop };
    this.#put(from);
    await this.#play();
  }

  pause(): void {
    const at = this.now;
    this.#wanted = false;
    this.#media.pause();
    cancelAnimationFrame(this.#frame);
    this.#sought = at;
    this.#stretch = undefined;
    this.#tell();
  }

  /** Told at each frame while it plays, and of each place where it is put. */
  subscribe(listener: (now: Microseconds) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop.abort();
    this.#wanted = false;
    cancelAnimationFrame(this.#frame);
    this.#media.pause();
  }

  async #play(): Promise<void> {
    this.#mute ??= this.#makeMute();
    this.#mute?.off();
    this.#wanted = true;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#look());
    try {
      await this.#media.play();
    } catch (error) {
      // It was stopped before it began. What cannot be played at all is told by the element's own event.
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.#wanted = false;
      this.#tell();
    }
  }

  #look(): void {
    if (!this.#wanted) return;
    const stretch = this.#stretch;
    if (stretch) {
      const left = (toPlayer(stretch.to, this.#offset) - this.#media.currentTime) / this.#media.playbackRate;
      if (left <= 0) return this.#end(stretch);
      // Again at each frame, so that a frame that is late lets nothing be heard after the edge.
      if (!this.#media.seeking) this.#mute?.after(left);
    }
    this.#tell();
    this.#frame = requestAnimationFrame(() => this.#look());
  }

  #end(stretch: Stretch): void {
    if (stretch.loop) {
      // The sound comes back when the player has arrived.
      this.#put(stretch.from);
      this.#tell();
      this.#frame = requestAnimationFrame(() => this.#look());
      return;
    }
    this.#wanted = false;
    this.#media.pause();
    this.#put(stretch.to);
    this.#stretch = undefined;
    this.#tell();
  }

  #put(time: Microseconds): void {
    this.#sought = clamp(time, 0, this.#duration);
    // Half a millisecond later, so that the frame that begins here is the one that is shown.
    this.#media.currentTime = Math.max(0, toPlayer(this.#sought + MILLISECOND / 2, this.#offset));
  }

  #tell(): void {
    const now = this.now;
    for (const listener of this.#listeners) listener(now);
  }
}

/** The player's sound through a gain that the audio clock turns off. Made at the first play, which a person has asked for. */
function webAudioMute(media: HTMLMediaElement): Mute | undefined {
  if (typeof AudioContext === "undefined") return undefined;
  const context = new AudioContext({ latencyHint: "interactive" });
  const gain = context.createGain();
  context.createMediaElementSource(media).connect(gain).connect(context.destination);
  return {
    after(seconds) {
      gain.gain.cancelScheduledValues(context.currentTime);
      gain.gain.setValueAtTime(1, context.currentTime);
      gain.gain.setValueAtTime(0, context.currentTime + seconds);
    },
    off() {
      void context.resume();
      gain.gain.cancelScheduledValues(0);
      gain.gain.setValueAtTime(1, context.currentTime);
    },
  };
}
