import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { ClipSound } from "../src/views/labeling_item/ClipSound";
import { openPlace } from "../src/views/labeling_item/device";
import { type Draft, nextSave, opened, type Save, savedAs, withChange } from "../src/views/labeling_item/draft";
import { back, begin, changedBy, forth, type History } from "../src/views/labeling_item/history";
import {
  accepted, added, apply, type Change, EMPTY, type Label, merged, movedTo, rejected, removed, type Segment, segmentBetween, split,
  type Suggestion, undecided, withCategory, withClip, withEdge, withField, withFrames,
} from "../src/views/labeling_item/label";
import { keyOfCategory, KEYS, labelKey } from "../src/views/labeling_item/label_keys";
import { differences, mergedLabel, proposed } from "../src/views/labeling_item/merging";
import { type Reply, Saver } from "../src/views/labeling_item/Saver";
import { bytesOf, levelFor, pointsOf, readPeaks, readSamples, readWaveHeader } from "../src/views/labeling_item/sound";
import { around, shifted, showing, zoomed } from "../src/views/labeling_item/span";
import { beginnings, faultsOf, fieldsOf, stored, type TaskSchema } from "../src/views/labeling_item/task_schema";
import { formatTime, frameAt, frameBegin, fromPlayer, parseTime, stepFrames, toPlayer } from "../src/views/labeling_item/times";

const HOUR = 3_600_000_000;
const ms = (value: number) => value * 1000;
const made = (id: string, start: number, end: number, more: Partial<Segment> = {}): Segment => ({
  ...segmentBetween({ id, track: "speaker", category: "Customer" }, ms(start), ms(end), HOUR)!,
  ...more,
});
const labelOf = (...segments: Segment[]): Label => segments.reduce((label, each) => apply(label, added(each).edit), EMPTY);
const SUGGESTED: Suggestion = { id: "s1", track: "speaker", category: "Customer", start_us: 1_000_001, end_us: 2_000_007, fields: { text: "hi" } };

afterEach(() => vi.useRealTimers());

test("times are read as they are written, to the millisecond", () => {
  for (const time of [0, 1, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000, 14_400_001]) {
    expect(parseTime(formatTime(ms(time)))).toBe(ms(time));
  }
  expect(formatTime(ms(3_723_004))).toBe("1:02:03.004");
  expect([parseTime("62,5"), parseTime("1:02.000001"), parseTime("1:2:3")]).toEqual([62_500_000, 62_000_001, 3_723_000_000]);
  expect(["", "-1", "1:", "1.2.3", "x", "1e3"].map(parseTime)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
});

test("what a player tells becomes a whole millisecond of the original, and goes back without a drift", () => {
  for (const offset of [0, 25_057, -11_610]) {
    for (let time = ms(1); time < ms(100_000); time += ms(1237)) expect(fromPlayer(toPlayer(time, offset), offset)).toBe(time);
  }
  expect(fromPlayer(1.2344999, 0)).toBe(ms(1234));
});

test.each([[25, 1], [30_000, 1001], [24_000, 1001], [60, 1]])("a step of one frame is one frame at %i/%i, and back again", (numerator, denominator) => {
  const rate = { numerator, denominator };
  let time = 0;
  for (let frame = 1; frame <= 5000; frame += 1) {
    time = stepFrames(time, 1, rate);
    expect(frameAt(time, rate)).toBe(frame);
    expect(stepFrames(stepFrames(time, 1, rate), -1, rate)).toBe(time);
  }
  expect(time).toBe(frameBegin(5000, rate));
});

test("edges move by milliseconds, stay in the clip and do not pass each other", () => {
  const segment = made("a", 1000, 2000);
  const now = (change: Change | undefined) => change && apply(labelOf(segment), change.edit).segments[0];
  expect(now(withEdge(segment, "start_us", segment.start_us - ms(1), HOUR))).toMatchObject({ start_us: ms(999), end_us: ms(2000) });
  expect(now(withEdge(segment, "start_us", ms(9000), HOUR))).toMatchObject({ start_us: ms(1999) });
  expect(now(withEdge(segment, "end_us", 0, HOUR))).toMatchObject({ end_us: ms(1001) });
  expect(now(withEdge(segment, "end_us", HOUR + 1, HOUR))).toMatchObject({ end_us: HOUR });
  expect(now(movedTo(segment, -5, HOUR))).toMatchObject({ start_us: 0, end_us: ms(1000) });
  expect(now(movedTo(segment, HOUR, HOUR))).toMatchObject({ start_us: HOUR - ms(1000), end_us: HOUR });
  expect(withEdge(segment, "end_us", segment.end_us, HOUR)).toBeUndefined();
  expect(segmentBetween({ id: "b", track: "t", category: "c" }, ms(5), ms(5), HOUR)).toBeUndefined();
  expect(segmentBetween({ id: "b", track: "t", category: "c" }, ms(9), ms(5), HOUR)).toMatchObject({ start_us: ms(5), end_us: ms(9) });
});

test("a split and a merge give back what there was, to the microsecond", () => {
  const segment = made("a", 1000, 2000, { fields: { text: "one two", emotion: "Happy" }, end_us: 2_000_007 });
  const halves = apply(labelOf(segment), split(segment, ms(1234), "b")!.edit);
  expect(halves.segments.map(({ id, start_us, end_us }) => [id, start_us, end_us])).toEqual([["a", ms(1000), ms(1234)], ["b", ms(1234), 2_000_007]]);
  const [first, second] = halves.segments as [Segment, Segment];
  const whole = apply(halves, merged(second, first, new Set(["text"]))!.edit);
  expect(whole.segments).toEqual([{ ...segment, fields: { text: "one two one two", emotion: "Happy" } }]);
  expect([split(segment, ms(1000), "b"), split(segment, 2_000_007, "b")]).toEqual([undefined, undefined]);
  expect(merged(first, { ...second, track: "other" }, new Set())).toBeUndefined();
});

test("a suggestion is accepted as it is, changed or rejected, and the label tells which", () => {
  const taken = apply(EMPTY, accepted(SUGGESTED, "Customer").edit);
  expect(taken.segments).toEqual([{ ...SUGGESTED, origin: "accepted", suggestion: "s1" }]);
  expect(taken.suggestions).toEqual({ s1: "accepted" });
  const changed = apply(taken, withField(taken.segments[0]!, "text", "hello").edit);
  expect([changed.segments[0]!.origin, changed.suggestions]).toEqual(["changed", { s1: "changed" }]);
  expect(apply(EMPTY, accepted({ ...SUGGESTED, category: "" }, "Customer").edit).suggestions).toEqual({ s1: "changed" });
  expect(apply(changed, removed(changed.segments[0]!).edit)).toEqual({ segments: [], clip: {}, suggestions: { s1: "rejected" } });
  expect(undecided([SUGGESTED], apply(EMPTY, rejected(SUGGESTED).edit))).toEqual([]);
  expect(undecided([SUGGESTED], EMPTY)).toEqual([SUGGESTED]);
});

test("undo takes back every change, and redo makes it again", () => {
  const states: Label[] = [EMPTY];
  let history: History = begin(EMPTY);
  const change = (next: (label: Label) => Change | undefined) => {
    history = changedBy(history, next(history.label)!);
    states.push(history.label);
  };
  const first = ({ segments }: Label) => segments[0]!;
  change(() => added(made("a", 10, 20)));
  change(() => accepted(SUGGESTED, "Customer"));
  change((label) => withEdge(first(label), "end_us", ms(25), HOUR));
  change((label) => split(first(label), ms(15), "c"));
  change((label) => merged(label.segments[0]!, label.segments[1]!, new Set()));
  change((label) => withCategory(first(label), "Agent"));
  change(() => withClip("rate", 4));
  change((label) => removed(label.segments.find(({ id }) => id === "s1")!));
  for (const state of states.slice(0, -1).reverse()) {
    history = back(history)!.history;
    expect(history.label).toEqual(state);
  }
  expect(back(history)).toBeUndefined();
  for (const state of states.slice(1)) {
    history = forth(history)!.history;
    expect(history.label).toEqual(state);
  }
  expect(forth(history)).toBeUndefined();
});

test("the letters of one text are one step and one event, and those of another are not", () => {
  let history = begin(labelOf(made("a", 10, 20)));
  let draft: Draft = { base: 0, label: history.label, events: [] };
  for (const text of ["h", "he", "hey"]) {
    const change = withField(history.label.segments[0]!, "text", text);
    history = changedBy(history, change);
    draft = withChange(draft, change, history.label, "2026-11-29T12:00:00.000Z");
  }
  expect(draft.events).toHaveLength(1);
  draft = nextSave(draft, "id")!.draft;
  const change = withField(history.label.segments[0]!, "text", "hey!");
  draft = withChange(draft, change, changedBy(history, change).label, "2026-11-29T12:00:01.000Z");
  // What is under way is not changed any more.
  expect(draft.events).toHaveLength(2);
  expect(back(history)!.history.label.segments[0]!.fields).toEqual({});
});

test("segments of a video know their frames, in the time of the copy", () => {
  const label = withFrames(labelOf(made("a", 1040, 2000)), { numerator: 25, denominator: 1 }, ms(40));
  expect(label.segments[0]).toMatchObject({ start_frame: 25, end_frame: 49 });
  expect(withFrames(label, undefined, 0)).toBe(label);
});

const SCHEMA: TaskSchema = {
  name: "t", version: "1",
  tracks: [{ name: "speaker", categories: [{ name: "Customer", key: "1" }], fields: { properties: { text: { type: "string", control: "text_area", title: { de: "Text" } } }, required: ["text"] } }],
  clip: {
    properties: {
      rate: { type: "integer", minimum: 1, maximum: 5, control: "stars" },
      noise: { type: "array", items: { enum: ["traffic", "music"] } },
      mood: { enum: ["good", "bad"], titles: { good: { en: "Good", de: "Gut" } } },
      said: { type: "string", from: "transcription" },
      sure: { type: "boolean" },
      count: { type: "integer", minimum: 0, maximum: 9 },
    },
    required: ["rate"],
  },
};

test("the form is drawn from the task's schema, in the language of the page", () => {
  const fields = fieldsOf(SCHEMA.clip, "de");
  expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ["rate", "stars", true], ["noise", "choices", false], ["mood", "choice", false], ["said", "text", false], ["sure", "yes", false], ["count", "number", false],
  ]);
  expect(fields[2]).toMatchObject({ options: [{ value: "good", label: "Gut" }, { value: "bad", label: "bad" }] });
  expect(fieldsOf(SCHEMA.tracks[0]!.fields, "en")[0]).toMatchObject({ title: "Text", long: true });
  expect(beginnings(SCHEMA, { transcription: "Hello", other: 1 })).toEqual({ said: "Hello" });
});

test("fields hold what their kind allows, and nothing for what is empty", () => {
  const [rate, noise, mood, said, sure, count] = fieldsOf(SCHEMA.clip, "en") as [any, any, any, any, any, any];
  expect([stored(rate, "4"), stored(noise, ["music", "x", "traffic"]), stored(noise, []), stored(mood, "x"), stored(said, ""), stored(sure, false), stored(count, "1x")])
    .toEqual([4, ["traffic", "music"], undefined, undefined, undefined, false, undefined]);
});

test("what is missing or out of bounds is told with its place", () => {
  const label = { ...labelOf(made("a", 1, 2, { category: "No" })), clip: { count: 10 } };
  expect(faultsOf(SCHEMA, label)).toEqual([
    { field: "rate", fault: "missing" }, { field: "count", fault: "bounds" }, { segment: "a", fault: "missing" }, { segment: "a", field: "text", fault: "missing" },
  ]);
});

test("a zoom keeps the time under the pointer, and spans stay in the clip", () => {
  const all = { from: 0, to: HOUR };
  const near = zoomed(all, 0.5, HOUR / 4, HOUR);
  expect(near).toEqual({ from: HOUR / 8, to: HOUR / 8 + HOUR / 2 });
  expect(zoomed(near, 1e-9, HOUR / 4, HOUR)).toMatchObject({ to: expect.any(Number) });
  expect(zoomed(near, 1e9, 0, HOUR)).toEqual(all);
  expect(shifted(near, HOUR, HOUR)).toEqual({ from: HOUR / 2, to: HOUR });
  expect(showing(near, ms(1), HOUR)).toMatchObject({ from: 0 });
  expect(showing(near, near.from, HOUR)).toBe(near);
  const close = around(ms(1000), ms(1100), HOUR);
  expect([close.from, close.to]).toEqual([ms(900), ms(1200)]);
  // A clip shorter than the shortest span.
  expect(zoomed({ from: 0, to: 5000 }, 0.1, 0, 5000)).toEqual({ from: 0, to: 5000 });
});

test("peaks are read at the level that fits, and only as many as are shown", () => {
  const levels = [10, 100, 1000].map((per_second) => ({ per_second, points: 3600 * per_second, url: "" }));
  expect([levelFor(levels, HOUR, 1200), levelFor(levels, 60_000_000, 1200), levelFor(levels, 1_000_000, 1200)].map((level) => level?.per_second)).toEqual([10, 100, 1000]);
  expect(pointsOf(levels[1]!, 1_000_000, 1_015_000)).toEqual({ first: 100, last: 102 });
  expect(pointsOf(levels[0]!, HOUR, 2 * HOUR)).toEqual({ first: 36_000, last: 36_000 });
  const [left, right] = readPeaks(new Uint8Array([0x80, 127, 0, 0, 0xc0, 64, 1, 2]), 2) as [Float32Array, Float32Array];
  expect([...left]).toEqual([-1, 1, -0.5, expect.closeTo(64 / 127)]);
  expect([...right]).toEqual([0, 0, expect.closeTo(1 / 128), expect.closeTo(2 / 127)]);
});

test("samples of the copy are read by their bytes", () => {
  const head = new DataView(new ArrayBuffer(58));
  const name = (at: number, text: string) => [...text].forEach((each, index) => head.setUint8(at + index, each.charCodeAt(0)));
  for (const [at, text] of [[0, "RIFF"], [8, "WAVE"], [12, "fmt "], [36, "LIST"], [50, "data"]] as const) name(at, text);
  head.setUint32(16, 16, true);
  head.setUint16(22, 2, true);
  head.setUint32(24, 24_000, true);
  head.setUint16(34, 16, true);
  head.setUint32(40, 5, true);
  head.setUint32(54, 96_000, true);
  const wave = readWaveHeader(new Uint8Array(head.buffer));
  expect(wave).toEqual({ channels: 2, sampleRate: 24_000, begin: 58, bytes: 96_000 });
  expect(bytesOf(wave, 500_000, 9_000_000)).toEqual({ first: 58 + 48_000, last: 58 + 96_000 });
  expect([...readSamples(new Uint8Array([0, 0x40, 0, 0xc0, 0, 0x80, 0, 0x80]), 2)]).toEqual([0, -1]);
  expect(() => readWaveHeader(new Uint8Array(40))).toThrow("WAV");
});

const pressed = (key: string, more: object = {}) => ({ key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, target: document.body, ...more });

test("every key means one thing, and none does while it is typed into a field", () => {
  const names = KEYS.flatMap(({ keys }) => keys);
  expect(new Set(names).size).toBe(names.length);
  const categories = new Set([keyOfCategory("1")!, keyOfCategory("b")!]);
  expect(labelKey(pressed("ArrowLeft", { altKey: true }), categories)).toEqual({ do: "nudge", by: -1 });
  expect(labelKey(pressed("?", { shiftKey: true }), categories)).toEqual({ do: "help" });
  expect(labelKey(pressed("z", { metaKey: true }), categories)).toEqual({ do: "undo" });
  expect(labelKey(pressed("Z", { ctrlKey: true, shiftKey: true }), categories)).toEqual({ do: "redo" });
  expect(labelKey(pressed("1"), categories)).toEqual({ do: "category", key: "1" });
  expect(labelKey(pressed("b"), categories)).toEqual({ do: "mark" });
  expect(labelKey(pressed("B", { shiftKey: true }), categories)).toEqual({ do: "category", key: "Shift+B" });
  const field = document.createElement("textarea");
  expect(labelKey(pressed("b", { target: field }), categories)).toBeUndefined();
  expect(labelKey(pressed("Enter", { target: field, ctrlKey: true }), categories)).toEqual({ do: "submit" });
  expect(labelKey(pressed("z", { target: field, ctrlKey: true }), categories)).toBeUndefined();
  const button = document.createElement("button");
  expect(labelKey(pressed(" ", { target: button }), categories)).toBeUndefined();
  expect(labelKey(pressed("b", { target: button }), categories)).toEqual({ do: "mark" });
});

test("two versions are merged by what differs, and nothing is left out unless a person says it", () => {
  const base = labelOf(made("a", 1, 2), made("b", 3, 4));
  const mine = apply(apply(base, withField(base.segments[0]!, "text", "mine").edit), added(made("m", 5, 6)).edit);
  const theirs = apply(apply(base, withField(base.segments[0]!, "text", "theirs").edit), withClip("rate", 3).edit);
  const found = differences(mine, { ...theirs, segments: theirs.segments.map((each) => ({ start_frame: 1, ...each })) });
  expect(found.map(({ key }) => [key, proposed(found.find((each) => each.key === key)!)])).toEqual([
    ["segment a", "mine"], ["segment m", "mine"], ["clip rate", "theirs"],
  ]);
  const both = mergedLabel(mine, theirs, found, {});
  expect(both.segments.map(({ id, fields }) => [id, fields])).toEqual([["a", { text: "mine" }], ["b", {}], ["m", {}]]);
  expect(both.clip).toEqual({ rate: 3 });
  expect(mergedLabel(mine, theirs, found, { "segment a": "theirs", "segment m": "theirs" }).segments.map(({ id, fields }) => [id, fields]))
    .toEqual([["a", { text: "theirs" }], ["b", {}]]);
  expect(differences(mine, mine)).toEqual([]);
});

/** A server with the rules of the contract. */
function server() {
  const state = { version: 0, label: EMPTY as Label, saves: [] as Save[], replies: [] as Reply[], last: "", down: false };
  const send = async (save: Save): Promise<Reply> => {
    if (state.down) return { kind: "later", error: new Error("no network") };
    state.saves.push(structuredClone(save));
    if (save.save_id === state.last) return { kind: "saved", version: state.version, held: true };
    if (save.base !== state.version) return { kind: "conflict", saved: { version: state.version, saved_at: "", label: state.label } };
    Object.assign(state, { version: save.base + save.events.length, label: save.label, last: save.save_id });
    return { kind: "saved", version: state.version, held: true };
  };
  return { state, send };
}

const draftOf = (label: Label = EMPTY): Draft => ({ base: 0, label, events: [] });

function write(saver: Saver, ...changes: Change[]) {
  for (const change of changes) saver.change(change, apply(saver.state.draft.label, change.edit));
}

test("a change is on the device before the server has it, and a window that opens afterwards sends it", async () => {
  const { state, send } = server();
  state.down = true;
  const place = await openPlace("mary", "t", 1);
  const saver = new Saver(draftOf(), place, send);
  write(saver, added(made("a", 1, 2)), withClip("rate", 4));
  await expect.poll(async () => (await place.read())?.events.length).toBe(2);
  // The browser crashes: nothing is told to anybody.
  const again = await openPlace("mary", "t", 1);
  const kept = await again.read();
  state.down = false;
  const later = new Saver(opened(kept, undefined, EMPTY), again, send);
  expect(await later.flush()).toBe(true);
  expect(state.label).toEqual({ ...labelOf(made("a", 1, 2)), clip: { rate: 4 } });
  expect((await again.read())?.events).toEqual([]);
  expect(await (await openPlace("john", "t", 1)).read()).toBeUndefined();
  expect(await (await openPlace("mary", "t", 2)).read()).toBeUndefined();
  saver.stop();
  later.stop();
});

test("a save whose reply was lost is sent again under its id, and counts once", async () => {
  const { state, send } = server();
  const kept: Draft[] = [];
  const lost = new Saver(draftOf(), { read: async () => undefined, write: async (draft) => void kept.push(draft), forget: async () => {}, leave: () => {} }, async (save) => {
    await send(save);
    return { kind: "later", error: new Error("lost") };
  });
  write(lost, added(made("a", 1, 2)));
  await lost.flush();
  lost.stop();
  expect(lost.state.status).toBe("waiting");
  const next = new Saver(opened(kept.at(-1), { version: state.version, label: state.label }, EMPTY), undefined, send);
  write(next, added(made("b", 3, 4)));
  expect(await next.flush()).toBe(true);
  expect([state.version, state.label.segments.map(({ id }) => id)]).toEqual([2, ["a", "b"]]);
  next.stop();
});

test("a save is on the device before it is sent, so that a window that ends amid it has no quarrel with the next one", async () => {
  const { state, send } = server();
  const written: (() => void)[] = [];
  const kept: Draft[] = [];
  const slowly = (draft: Draft) => new Promise<void>((done) => written.push(() => (kept.push(draft), done())));
  const ends = new Saver(draftOf(), { read: async () => undefined, write: slowly, forget: async () => {}, leave: () => {} }, send);
  write(ends, added(made("a", 1, 2)));
  void ends.flush();
  await new Promise((done) => setTimeout(done, 50));
  expect([written.length, state.saves.length]).toEqual([2, 0]);
  for (const write of written) write();
  await expect.poll(() => state.saves.length).toBe(1);
  const next = new Saver(opened(kept.at(-1), undefined, EMPTY), undefined, send);
  write(next, added(made("b", 3, 4)));
  expect(await next.flush()).toBe(true);
  expect([next.state.status, state.label.segments.map(({ id }) => id)]).toEqual(["saved", ["a", "b"]]);
  ends.stop();
  next.stop();
});

test("a device that does not answer does not hold up the server", async () => {
  const { state, send } = server();
  const place = { read: async () => undefined, write: () => new Promise<void>(() => {}), forget: async () => {}, leave: () => {} };
  const saver = new Saver(draftOf(), place, send);
  write(saver, added(made("a", 1, 2)));
  expect(await saver.flush()).toBe(true);
  expect(state.saves.length).toBe(1);
  saver.stop();
});

test("what is forgotten is not kept again by a save that is under way or planned", async () => {
  const kept: (Draft | undefined)[] = [];
  const place = { read: async () => undefined, write: async (draft: Draft) => void kept.push(draft), forget: async () => void kept.push(undefined), leave: () => {} };
  let arrive = () => {};
  const saver = new Saver(draftOf(), place, async ({ base, events }) => {
    await new Promise<void>((done) => (arrive = done));
    return { kind: "saved", version: base + events.length, held: true };
  });
  write(saver, added(made("a", 1, 2)));
  void saver.flush();
  await expect.poll(() => saver.state.status).toBe("saving");
  const forgotten = saver.forget();
  arrive();
  await forgotten;
  expect(kept.at(-1)).toBeUndefined();
  write(saver, added(made("b", 3, 4)));
  await saver.forget();
  await new Promise((done) => setTimeout(done, 1000));
  expect(kept.at(-1)).toBeUndefined();
  saver.stop();
});

test("two windows that save keep both versions until a person has merged them", async () => {
  const { state, send } = server();
  const one = new Saver(draftOf(), undefined, send);
  const other = new Saver(draftOf(), undefined, send);
  write(one, added(made("a", 1, 2)));
  await one.flush();
  write(other, added(made("b", 3, 4)));
  expect(await other.flush()).toBe(false);
  expect(other.state.status).toBe("conflict");
  expect(other.state.draft.conflict?.label.segments.map(({ id }) => id)).toEqual(["a"]);
  write(other, added(made("c", 5, 6)));
  const { draft } = other.state;
  const theirs = draft.conflict!.label;
  other.resolve(mergedLabel(draft.label, theirs, differences(draft.label, theirs), {}));
  await expect.poll(() => other.state.status).toBe("saved");
  expect([state.version, state.label.segments.map(({ id }) => id)]).toEqual([2, ["a", "b", "c"]]);
  expect(state.saves.at(-1)!.events.map(({ kind }) => kind)).toEqual(["merged_versions"]);
  one.stop();
  other.stop();
});

test("without a network the page waits longer and longer, and what is refused is told", async () => {
  vi.useFakeTimers();
  const { state, send } = server();
  state.down = true;
  const asked: Save[] = [];
  const saver = new Saver(draftOf(), undefined, (save) => (asked.push(save), send(save)));
  write(saver, added(made("a", 1, 2)));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(saver.state.status).toBe("waiting");
  expect(asked.length).toBeLessThan(7);
  expect(new Set(asked.map(({ save_id }) => save_id)).size).toBe(1);
  state.down = false;
  await saver.flush();
  expect(saver.state.status).toBe("saved");
  saver.stop();
  const refused = new Saver(draftOf(), undefined, async () => ({ kind: "refused", error: new Error("not in the task") }));
  write(refused, added(made("a", 1, 2)));
  await refused.flush();
  expect([refused.state.status, refused.state.draft.events.length]).toEqual(["refused", 1]);
  refused.stop();
});

test("what is typed while a save is under way is saved after it", async () => {
  const { state, send } = server();
  let arrive = () => {};
  const slow = new Saver(draftOf(), undefined, async (save) => {
    await new Promise<void>((done) => (arrive = done));
    return send(save);
  });
  write(slow, added(made("a", 1, 2)));
  const flushed = slow.flush();
  await expect.poll(() => slow.state.status).toBe("saving");
  write(slow, added(made("b", 3, 4)));
  arrive();
  await expect.poll(() => state.version).toBe(1);
  await expect.poll(() => slow.state.status).toBe("saving");
  arrive();
  expect(await flushed).toBe(true);
  expect([state.version, savedAs(slow.state.draft, 2).events]).toEqual([2, []]);
  slow.stop();
});

test("of the copy only the blocks that are shown are asked for, once, also with a fresh link", async () => {
  const file = new Uint8Array(44 + 2 * 24_000 * 60);
  const head = new DataView(file.buffer);
  [[0, "RIFF"], [8, "WAVE"], [12, "fmt "], [36, "data"]].forEach(([at, text]) => [...(text as string)].forEach((each, index) => head.setUint8((at as number) + index, each.charCodeAt(0))));
  head.setUint32(16, 16, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, 24_000, true);
  head.setUint16(34, 16, true);
  head.setUint32(40, file.length - 44, true);
  for (let index = 0; index < 24_000 * 60; index += 1) head.setInt16(44 + 2 * index, index % 32_768, true);
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (link: string, { headers }: { headers: { Range: string } }) => {
    if (link === "old") return new Response(null, { status: 403 });
    const [begin, end] = /(\d+)-(\d+)/.exec(headers.Range)!.slice(1).map(Number) as [number, number];
    asked.push(headers.Range);
    return new Response(file.slice(begin, end + 1), { status: 206, headers: { "Content-Range": `bytes ${begin}-${end}/${file.length}` } });
  });
  const media = { duration_us: 60_000_000, offset_us: ms(10), channels: 1, copy: { type: "audio/wav", url: "old" }, peaks: [] };
  const sound = new ClipSound(media, async (of, expired) => (expired ? "new" : of(media)));
  const { most, samples } = await sound.of({ from: 20_010_000, to: 30_010_000 }, 1000);
  expect([samples, most.length]).toEqual([true, 240_000]);
  // Sample n of the copy is n; the span begins 20 seconds into it.
  expect([most[0], most[5]]).toEqual([480_000 % 32_768, 480_005 % 32_768].map((each) => each / 32_768));
  const before = asked.length;
  await sound.of({ from: 21_010_000, to: 29_010_000 }, 1000);
  expect(asked).toHaveLength(before);
  expect(asked.length).toBeLessThan(5);
  vi.unstubAllGlobals();
});
