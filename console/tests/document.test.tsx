import { afterEach, expect, test, vi } from "vitest";
import { pageOf } from "../src/citations/citation_links";
import type { Schemas } from "../src/api/client";
import { spansOf } from "../src/views/document/maskedText";
import { FileRanges } from "../src/views/document/pdf/FileRanges";
import { findPassage } from "../src/views/document/pdf/passages";
import { pointsOf, quadOf } from "../src/views/document/pdf/textPlaces";
import { outlineOf, type Viewport } from "../src/views/document/pdf/outlines";
import { densityOf, scaleOf } from "../src/views/document/pdf/zoom";
import { barOf, ticksOf, timeLineOf } from "../src/views/document/trace/timeLine";
import { paramsOf, passageOf, placeOf } from "../src/views/document/usePlace";

afterEach(() => vi.unstubAllGlobals());

const MATRICES: Record<number, (w: number, h: number) => number[]> = {
  0: (_, h) => [1, 0, 0, -1, 0, h],
  90: () => [0, 1, 1, 0, 0, 0],
  180: (w) => [-1, 0, 0, 1, w, 0],
  270: (w, h) => [0, -1, -1, 0, h, w],
};

/** A viewport by the definition of a page in PDF: its CropBox, its rotation, its unit. */
function viewportOf(crop: number[], rotation: number, unit: number, scale: number): Viewport {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = MATRICES[rotation]!(x1 - x0, y1 - y0);
  const factor = unit * scale;
  return {
    convertToViewportPoint: (x, y) => [
      (a * (x - x0) + c * (y - y0) + e) * factor,
      (b * (x - x0) + d * (y - y0) + f) * factor,
    ],
    convertToPdfPoint: (x, y) => {
      const [u, v, det] = [x / factor - e, y / factor - f, a * d - b * c];
      return [(d * u - c * v) / det + x0, (a * v - b * u) / det + y0];
    },
  };
}

test.each([0, 90, 180, 270])("an outline keeps its place on a page that is turned by %i", (rotation) => {
  for (const scale of [0.5, 1, 2.5]) {
    const [displayed, viewport] = [1, scale].map((each) => viewportOf([20, 30, 220, 430], rotation, 2, each));
    const outline = outlineOf([10, 20, 110, 60], displayed!, viewport!);
    expect(outline.left).toBeCloseTo(10 * scale);
    expect(outline.top).toBeCloseTo(20 * scale);
    expect(outline.width).toBeCloseTo(100 * scale);
    expect(outline.height).toBeCloseTo(40 * scale);
  }
});

test("an outline turns with a viewport that is turned further", () => {
  const displayed = viewportOf([0, 0, 200, 400], 0, 1, 1);
  const outline = outlineOf([0, 0, 50, 100], displayed, viewportOf([0, 0, 200, 400], 90, 1, 1));
  expect(outline).toEqual({ left: 300, top: 0, width: 100, height: 50 });
});

test("a page is as wide as there is room, or as it is printed", () => {
  expect(scaleOf("width", 600, 300)).toBe(2);
  expect(scaleOf(0.75, 600, 300)).toBe(1);
  expect(densityOf(100, 100, 2)).toBe(2);
  expect(densityOf(8000, 8000, 2)).toBe(0.5);
});

function reply(status: number, begin = 0, bytes = 4, tag = '"1"') {
  const headers = { "Content-Range": `bytes ${begin}-${begin + bytes - 1}/1000`, ETag: tag };
  return new Response(status === 206 ? new Uint8Array(bytes) : "refused", { status, headers });
}

test("ranges that are refused at the same time are read by one fresh link", async () => {
  let links = 0;
  const fetched = vi.fn(async (link: string) => reply(link === "link 1" ? 403 : 206));
  vi.stubGlobal("fetch", fetched);
  const ranges = new FileRanges(async () => `link ${(links += 1)}`);
  const read = await Promise.all([ranges.read(0, 4), ranges.read(4, 8)]);
  expect(read.map(({ bytes, length }) => [bytes.length, length])).toEqual([[4, 1000], [4, 1000]]);
  expect(links).toBe(2);
});

test("a fresh link that is refused too is an error, not a loop", async () => {
  const fetched = vi.fn(async () => reply(403));
  vi.stubGlobal("fetch", fetched);
  await expect(new FileRanges(async () => "link").read(0, 4)).rejects.toThrow("S3 answered 403.");
  expect(fetched).toHaveBeenCalledTimes(2);
});

test("parts of two uploads are never put together", async () => {
  const replies = [reply(206), reply(206, 4, 4, '"2"')];
  vi.stubGlobal("fetch", async () => replies.shift());
  const ranges = new FileRanges(async () => "link");
  await ranges.read(0, 4);
  await expect(ranges.read(4, 8)).rejects.toThrow("uploaded again");
});

test("a server without ranges sends everything, of which the part is taken", async () => {
  vi.stubGlobal("fetch", async () => new Response(new Uint8Array([0, 1, 2, 3])));
  const { bytes, length } = await new FileRanges(async () => "link").read(1, 3);
  expect([...bytes, length]).toEqual([1, 2, 4]);
});

test("the place in a document is part of the address", () => {
  expect(placeOf(new URLSearchParams("page=3&image=p1"))).toEqual({ page: 3, image: "p1", tab: "images" });
  expect(placeOf(new URLSearchParams("page=-1&tab=nothing"))).toEqual({ page: 1, image: undefined, tab: "images" });
  expect(paramsOf({ page: 2, image: "a b", tab: "trace" }).toString()).toBe("page=2&image=a+b&tab=trace");
});

test("the passage to highlight is the part of the address that no server gets", () => {
  const link = pageOf({ document_id: "d", page: 3, excerpt: "3 kW (at 100 %) #1" });
  const [path, hash] = link.split("#") as [string, string];
  expect(path).toBe("/documents/d?page=3");
  expect(passageOf(`#${hash}`)).toEqual({ page: 3, words: "3 kW (at 100 %) #1" });
  expect(passageOf("#from=0&passage=a")).toBeUndefined();
});

const PAGES = ["Heat pumps", "A heat pump needs elec-", "tricity. The ﬁlter is cleaned", "every year.", "7", "It lasts long."];

function highlighted(passage: string, lines = PAGES): string[] {
  return findPassage(passage, lines).map(({ text, from, to }) => lines[text]!.slice(from, to));
}

test("a passage is found across lines, hyphens, ligatures and page numbers", () => {
  expect(highlighted("A heat pump needs electricity. The filter is cleaned every year.")).toEqual([
    "A heat pump needs elec-",
    "tricity. The ﬁlter is cleaned",
    "every year.",
  ]);
});

test("letters that happen to be alike before and behind a line do not belong to it", () => {
  const lines = ["Nobody asked for", "The harbour of island one", "is known to every seafarer.", "Nobody asked for", "The harbour of island two"];
  const passage = "The harbour of island one is known to every seafarer. The harbour of island two";
  expect(highlighted(passage, lines)).toEqual([lines[1], lines[2], lines[4]]);
});

test("a passage of which a part was masked is found but for that part", () => {
  const lines = ["Please write a letter to Erika Halvorsen", "who is the harbour master of the sound"];
  expect(highlighted("Please write a letter to {NAME} who is the harbour master of the sound", lines)).toEqual(lines.map((line) =>
    line.replace(" Erika Halvorsen", ""),
  ));
});

test("a passage that is not there, or of which little is there, is not highlighted", () => {
  expect(highlighted("Nothing of the kind stands on these pages.")).toEqual([]);
  expect(highlighted("A heat pump needs oil, gas, wood, coal, or whatever else there is in the cellar of the house")).toEqual([]);
  expect(highlighted("")).toEqual([]);
  expect(highlighted("?!")).toEqual([]);
});

test("a short passage is found as a whole or not at all", () => {
  expect(highlighted("It lasts")).toEqual(["It lasts"]);
  expect(highlighted("It lasts long")).toEqual(["It lasts long."]);
  expect(highlighted("It lasted")).toEqual([]);
});

const LINE = { str: "12345678", dir: "ltr", transform: [10, 0, 0, 10, 100, 200], width: 80, height: 10, fontName: "f", hasEOL: false };
const STYLE = { ascent: 0.9, descent: -0.2, vertical: false, fontFamily: "serif" };

test("a part of a line is where the line is written, turned, from right to left or from top to bottom", () => {
  expect(quadOf(LINE, STYLE, 0.25, 0.5)).toEqual([[120, 198], [140, 198], [140, 209], [120, 209]]);
  expect(quadOf({ ...LINE, dir: "rtl" }, STYLE, 0.25, 0.5)[0]).toEqual([140, 198]);
  expect(quadOf({ ...LINE, transform: [0, 10, -10, 0, 100, 200] }, STYLE, 0.25, 0.5)[0]).toEqual([102, 220]);
  const down = { ...LINE, width: 10, height: 80 };
  expect(quadOf(down, { ...STYLE, vertical: true }, 0.25, 0.5)).toEqual([[95, 180], [105, 180], [105, 160], [95, 160]]);
});

test("a highlight is drawn through the viewport", () => {
  const viewport = viewportOf([20, 30, 220, 430], 90, 1, 2);
  expect(pointsOf([[20, 30], [30, 30]], viewport)).toBe("0.00,0.00 0.00,20.00");
});

test("only what was masked becomes a chip", () => {
  expect(spansOf("Ask {NAME} of {THIS}", ["NAME"])).toEqual([{ text: "Ask " }, { masked: "NAME" }, { text: " of {THIS}" }]);
  expect(spansOf("{NAME}", [])).toEqual([{ text: "{NAME}" }]);
});

const second = (value: number) => `2026-11-29T08:00:${String(value).padStart(2, "0")}Z`;

function state(name: string, start: number, end?: number): Schemas["TracedState"] {
  const times = { started_at: second(start), ended_at: end === undefined ? undefined : second(end) };
  return { name, status: end === undefined ? "RUNNING" : "SUCCEEDED", ...times, attempts: 1, input: {}, output: {} };
}

function trace(states: Schemas["TracedState"][], images: Schemas["Trace"]["images"] = []): Schemas["Trace"] {
  const told = { workflow: "ingest_document", execution_arn: "arn", redrives: 0, can_be_redriven: false, is_whole: true };
  return { document_id: "0".repeat(32), execution: { ...told, status: "RUNNING", started_at: second(0), states }, images };
}

test("images are below the state that started them, and what runs goes on until now", () => {
  const image = { picture_id: "p1", pages: [1], status: "RUNNING", started_at: second(6), states: [state("CaptionImage", 6)] };
  const line = timeLineOf(trace([state("Extract", 0, 5), state("Caption", 5), state("Index", 8)], [image]), Date.parse(second(10)))!;
  expect(line.lines.map(({ name, depth }) => [name, depth])).toEqual([
    ["Extract", 0],
    ["Caption", 0],
    ["p1", 1],
    ["CaptionImage", 2],
    ["Index", 0],
  ]);
  expect(barOf(line.lines[0]!, line)).toEqual({ left: 0, width: 50 });
  expect(barOf(line.lines[2]!, line)).toEqual({ left: 60, width: 40 });
});

test("a state of no length can be seen, also at the end", () => {
  const line = timeLineOf(trace([state("Long", 0, 10), state("Short", 10, 10)]), Date.parse(second(10)))!;
  const { left, width } = barOf(line.lines[1]!, line);
  expect(width).toBeGreaterThan(0);
  expect(left + width).toBeLessThanOrEqual(100);
});

test("a trace whose execution is forgotten has no time line", () => {
  expect(timeLineOf({ document_id: "0".repeat(32), images: [] }, 0)).toBeUndefined();
});

test("ticks are round", () => {
  expect(ticksOf(20_000, 4)).toEqual([0, 5000, 10_000, 15_000, 20_000]);
  expect(ticksOf(1, 4)).toEqual([0, 1]);
});
