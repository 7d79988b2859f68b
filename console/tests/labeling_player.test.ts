import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Player } from "../src/views/labeling_item/Player";

const ms = (value: number) => value * 1000;

/** A player whose time goes on with the clock, and frames that come when they come. */
class FakeMedia extends EventTarget {
  playbackRate = 1;
  seeking = false;
  paused = true;
  #at = 0;
  #since = 0;

  get currentTime() {
    return this.#at + (this.paused ? 0 : ((clock - this.#since) / 1000) * this.playbackRate);
  }

  set currentTime(seconds: number) {
    this.#at = seconds;
    this.#since = clock;
  }

  async play() {
    this.#since = clock;
    this.paused = false;
  }

  pause() {
    this.#at = this.currentTime;
    this.paused = true;
  }
}

let clock = 0;
let frames: (() => void)[] = [];
const heard: { at: number; until?: number }[] = [];
const mute = {
  after: (seconds: number) => void heard.push({ at: clock, until: clock + seconds * 1000 }),
  off: () => void heard.push({ at: clock }),
};

/** Frames with odd pauses, as on a busy machine. */
function run(milliseconds: number, pauses: number[]) {
  const end = clock + milliseconds;
  for (let turn = 0; clock < end; turn += 1) {
    clock += pauses[turn % pauses.length]!;
    for (const frame of frames.splice(0)) frame();
  }
}

beforeEach(() => {
  clock = 0;
  frames = [];
  heard.length = 0;
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
});
afterEach(() => vi.unstubAllGlobals());

const started = (offset = 0) => {
  const media = new FakeMedia();
  return { media, player: new Player(media as unknown as HTMLMediaElement, offset, ms(10_000), () => mute) };
};

test.each([1, 0.5, 2])("at speed %f a stretch is silent from its edge on, however late the frames come", async (rate) => {
  const { media, player } = started();
  player.rate = rate;
  await player.playStretch(ms(1000), ms(2345));
  run(4000, [16, 17, 16, 90, 16]);
  expect([player.playing, player.now, media.paused]).toEqual([false, ms(2345), true]);
  const silent = heard.findLast(({ until }) => until !== undefined)!;
  // The player begins half a millisecond after the edge, to show the frame that begins there.
  expect(Math.abs(silent.until! - (1344.5 / rate))).toBeLessThan(0.01);
});

test("a loop plays nothing beyond its edge, and goes on until it is stopped", async () => {
  const { media, player } = started(ms(40));
  await player.playStretch(ms(500), ms(700), true);
  const seen: number[] = [];
  player.subscribe((now) => seen.push(now));
  run(1500, [16, 17]);
  expect([player.playing, player.looping]).toEqual([true, true]);
  expect(Math.max(...seen)).toBeLessThanOrEqual(ms(700));
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(ms(500));
  expect(seen.filter((now) => now === ms(501) || now === ms(500)).length).toBeGreaterThan(3);
  player.pause();
  expect([player.playing, media.paused]).toEqual([false, true]);
  expect(Math.abs(player.now - media.currentTime * 1e6 - ms(40))).toBeLessThan(ms(1));
});

test("where it was put is where it is, to the microsecond, and a key counts from when it was pressed", async () => {
  const { player } = started(11_610);
  player.seek(1_234_567);
  expect(player.now).toBe(1_234_567);
  player.seek(ms(99_999));
  expect(player.now).toBe(ms(10_000));
  player.seek(0);
  await player.play();
  run(1000, [20]);
  vi.spyOn(performance, "now").mockReturnValue(500);
  expect(player.timeOf({ timeStamp: 380 })).toBe(player.now - ms(120));
  const at = player.now;
  player.pause();
  run(1000, [20]);
  expect(player.now).toBe(at);
});
