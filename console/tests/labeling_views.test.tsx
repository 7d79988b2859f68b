import "fake-indexeddb/auto";
import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { FieldControls } from "../src/views/labeling_item/FieldControl";
import ItemPage from "../src/views/labeling_item/ItemPage";
import { KeysDialog } from "../src/views/labeling_item/KeysDialog";
import type { Label, Segment } from "../src/views/labeling_item/label";
import { MergeDialog } from "../src/views/labeling_item/MergeDialog";
import { SegmentList } from "../src/views/labeling_item/SegmentList";
import { fieldsOf, type TaskSchema } from "../src/views/labeling_item/task_schema";
import TasksPage from "../src/views/labeling/TasksPage";
import ReviewPage from "../src/views/labeling_review/ReviewPage";
import TaskPage from "../src/views/labeling_task/TaskPage";
import { expectHarmless, HOSTILE, ID, show } from "./support";

const SCHEMA: TaskSchema = {
  name: "t", version: "1", title: HOSTILE,
  tracks: [{ name: "a", title: HOSTILE, categories: [{ name: HOSTILE, key: "1" }, { name: "B", key: "b" }], fields: { properties: { text: { type: "string", title: HOSTILE } } } }],
  clip: { properties: { mood: { enum: [HOSTILE, "x"], title: HOSTILE }, rate: { type: "integer", control: "stars", minimum: 1, maximum: 5 }, noise: { type: "array", items: { enum: [HOSTILE] } } }, required: ["rate"] },
};
const segment = (id: string, more: Partial<Segment> = {}): Segment =>
  ({ id, track: "a", category: HOSTILE, start_us: 1000, end_us: 2000, fields: { text: HOSTILE }, origin: "person", ...more });
const TASK = {
  task_id: ID, name: HOSTILE, schema_name: "t", media: "audio", status: "OPEN", roles: ["owner", "annotator"],
  created_at: "2026-11-29T08:00:00Z", updated_at: "2026-11-29T08:00:00Z", progress: { items: 4, open: 1, review: 1, done: 1, failed: 1 },
};

test("tasks are listed with how far they are, and their names are text", async () => {
  const { container } = show(<TasksPage />, { "/label-tasks": { tasks: [TASK, { ...TASK, task_id: "1", status: "REFUSED" }] } });
  expect(await screen.findByText("Manifest refused")).toBeTruthy();
  expect(screen.getAllByText("1 of 4")).toHaveLength(2);
  expectHarmless(container);
});

test("a task shows agreement, precision and recall, wrong lines, and gives the next item", async () => {
  const annotators = [{ annotator: HOSTILE, answers: 3, accepted: 2, rejected: 1, known_items: 2, precision: 0.75, recall: null }];
  const details = {
    ...TASK, schema: SCHEMA, options: {}, agreement: 0.8312, annotators, problem_count: 1, problems: [{ line: 7, reason: HOSTILE }],
    export: { status: "EXPORTED", missing: [3], links: { "output.manifest": "https://derived.example/a" } },
  };
  const items = [{ number: 1, status: "REVIEW", source: `s3://b/${HOSTILE}`, submitted: 2, agreement: 0.5 }];
  const { container, calls } = show(
    <TaskPage />,
    { "/label-tasks/{task_id}": details, "/label-tasks/{task_id}/items": { items }, "/label-tasks/{task_id}/claim": new Error("Nothing.") },
    "/labeling/:taskId",
    `/labeling/${ID}`,
  );
  expect(await screen.findByText("0.831")).toBeTruthy();
  expect(screen.getByText("75 %")).toBeTruthy();
  expect(screen.getByText(/Line 7/)).toBeTruthy();
  expect(screen.getByText(/Lines without a label: 3/)).toBeTruthy();
  fireEvent.click(screen.getByText("Label the next item"));
  expect(calls.some(({ method, path }) => method === "POST" && path === "/label-tasks/{task_id}/claim")).toBe(true);
  for (const link of container.querySelectorAll("a[download]")) expect(link.getAttribute("href")).toBe("/files/derived/a");
  expectHarmless(container);
});

test("a task is exported from its page", async () => {
  const replies = {
    "/label-tasks/{task_id}": { ...TASK, schema: SCHEMA, options: {} }, "/label-tasks/{task_id}/items": { items: [] },
    "/label-tasks/{task_id}/export": { task_id: ID, status: "OPEN" },
  };
  const { calls } = show(<TaskPage />, replies, "/labeling/:taskId", `/labeling/${ID}`);
  fireEvent.click(await screen.findByRole("button", { name: "Export" }));
  fireEvent.click(await screen.findByText("WebVTT, TextGrid, CSV and RTTM, too"));
  await vi.waitFor(() => expect(calls.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual(["/label-tasks/{task_id}/export"]));
});

test("who only annotates exports nothing", async () => {
  const task = { ...TASK, roles: ["annotator"], schema: SCHEMA, options: {} };
  show(<TaskPage />, { "/label-tasks/{task_id}": task, "/label-tasks/{task_id}/items": { items: [] } }, "/labeling/:taskId", `/labeling/${ID}`);
  expect(await screen.findByText("Label the next item")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Export" })).toBeNull();
});

test("who has not answered yet sees no answer of others", async () => {
  const item = { task_id: ID, number: 7, status: "OPEN", input: {} };
  show(<ReviewPage />, { "/label-tasks/{task_id}": { ...TASK, schema: SCHEMA, options: {} }, "/label-tasks/{task_id}/items/{number}": item }, "/l/:taskId/:number", `/l/${ID}/7`);
  expect(await screen.findByText(/after you have submitted your own/)).toBeTruthy();
});

const OF_TEXTS: TaskSchema = {
  name: "t", version: "1", title: HOSTILE, media: "text", tracks: [],
  clip: { properties: { side: { enum: ["A", "B"], control: "buttons", title: HOSTILE, titles: { A: HOSTILE } }, why: { type: "string", title: "Why" } }, required: ["side"] },
};
const TEXT = { document: HOSTILE, question: HOSTILE, answers: [HOSTILE, "B"] };

test("a text is answered beside its document, and is submitted once it is complete and saved", async () => {
  const item = { task_id: ID, number: 7, status: "OPEN", input: {}, claim: { held: true }, text: TEXT };
  const replies = {
    "/label-tasks/{task_id}": { ...TASK, media: "text", schema: OF_TEXTS, options: {} },
    "/label-tasks/{task_id}/items/{number}": item,
    "/label-tasks/{task_id}/items/{number}/answer": { version: 1, saved_at: "2026-11-29T08:00:00Z", claim: { held: true } },
    "/label-tasks/{task_id}/items/{number}/submit": { version: 1, submitted_at: "2026-11-29T08:00:00Z" },
    "/label-tasks/{task_id}/claim": new Error("Nothing."),
  };
  const { container, calls } = show(<ItemPage />, replies, "/labeling/:taskId/items/:number", `/labeling/${ID}/items/7`);
  expect(await screen.findByText("Answer A")).toBeTruthy();
  expectHarmless(container);
  fireEvent.click(screen.getByText("Submit"));
  expect(screen.getByText("Required")).toBeTruthy();
  const sent = (method: string) => calls.filter((each) => each.method === method).map(({ path }) => path.split("/").at(-1));
  expect(sent("POST")).toEqual([]);
  fireEvent.click(container.querySelectorAll("input[type=radio]")[1]!);
  fireEvent.click(screen.getByText("Submit"));
  await vi.waitFor(() => expect(sent("POST")).toEqual(["submit", "claim"]));
  const save = calls.find(({ method }) => method === "PUT")!;
  expect(save.options.body.label).toMatchObject({ segments: [], clip: { side: "B" } });
});

test("answers about a text are cards beside it, without segments", async () => {
  const label = { segments: [], clip: { side: "A", why: HOSTILE } };
  const given = { status: "SUBMITTED", version: 1, saved_at: "2026-11-29T08:00:00Z", label, answer_id: "a".repeat(32), annotator: HOSTILE };
  const item = { task_id: ID, number: 7, status: "REVIEW", input: {}, text: TEXT, agreement: 0.5, answers: [given] };
  const replies = { "/label-tasks/{task_id}": { ...TASK, schema: OF_TEXTS, options: {} }, "/label-tasks/{task_id}/items/{number}": item };
  const { container } = show(<ReviewPage />, replies, "/l/:taskId/:number", `/l/${ID}/7`);
  expect(await screen.findByText("Agreement of the answers: 0.5")).toBeTruthy();
  expect(container.querySelectorAll("audio, video")).toHaveLength(0);
  for (const field of container.querySelectorAll("input, textarea")) expect((field as HTMLInputElement).value).not.toContain("\u202e");
  expect(screen.getByText("Accept")).toBeTruthy();
  expectHarmless(container);
});

test("labels of texts are exported without formats that need times", async () => {
  const replies = {
    "/label-tasks/{task_id}": { ...TASK, media: "text", schema: OF_TEXTS, options: {}, agreement: 0.5, export: { status: "FAILED", error: { name: "E", message: HOSTILE } } },
    "/label-tasks/{task_id}/items": { items: [{ number: 1, status: "OPEN", source: "It lost 5/6 of it." }] },
    "/label-tasks/{task_id}/export": { task_id: ID, status: "OPEN" },
  };
  const { container, calls } = show(<TaskPage />, replies, "/labeling/:taskId", `/labeling/${ID}`);
  expect(await screen.findByText(/It lost 5\/6 of it/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Export" }));
  fireEvent.click(await screen.findByText("CSV, too"));
  await vi.waitFor(() => expect(calls.find(({ method }) => method === "POST")!.options.body).toEqual({ formats: ["csv"] }));
  expectHarmless(container);
});

test("a form of any schema gives what its fields may hold", () => {
  const changed = vi.fn();
  const { container } = show(<FieldControls fields={fieldsOf(SCHEMA.clip, "en")} values={{}} complete onChange={changed} />);
  expect(screen.getByText("Required")).toBeTruthy();
  fireEvent.click(container.querySelectorAll("input[type=radio]")[3]!);
  fireEvent.click(container.querySelector("input[type=checkbox]")!);
  expect(changed.mock.calls).toEqual([["rate", 4], ["noise", [HOSTILE]]]);
  expectHarmless(container);
});

test("a suggestion looks different and is decided on by itself", () => {
  const [accept, reject] = [vi.fn(), vi.fn()];
  const { origin: _, ...suggestion } = segment("s");
  const { container } = show(<SegmentList schema={SCHEMA} all={[suggestion, segment("a", { origin: "changed" })]} chosen="a" onChoose={() => {}} onAccept={accept} onReject={reject} />);
  expect(screen.getByText("Suggested")).toBeTruthy();
  expect(screen.getByText("Changed")).toBeTruthy();
  fireEvent.click(screen.getByLabelText(/Accept the suggestion/));
  fireEvent.click(screen.getByLabelText(/Reject the suggestion/));
  expect([accept.mock.calls, reject.mock.calls]).toEqual([[[suggestion]], [[suggestion]]]);
  expectHarmless(container);
});

test("the merge view shows both versions and leaves nothing out by itself", () => {
  const merged = vi.fn();
  const mine: Label = { segments: [segment("a"), segment("m")], clip: {}, suggestions: {} };
  const theirs: Label = { segments: [segment("a", { fields: { text: "theirs" } })], clip: { rate: 3 }, suggestions: {} };
  show(<MergeDialog schema={SCHEMA} mine={mine} theirs={{ version: 3, saved_at: "2026-11-29T08:00:00Z", label: theirs }} onMerge={merged} />);
  expect(screen.getAllByText("Other window")).toHaveLength(3);
  fireEvent.click(document.querySelectorAll<HTMLInputElement>("input[type=radio][value=theirs]")[0]!);
  fireEvent.click(screen.getByText("Merge"));
  const [[result]] = merged.mock.calls as [[Label]];
  expect(result.segments.map(({ id, fields }) => [id, fields["text"]])).toEqual([["a", "theirs"], ["m", HOSTILE]]);
  expect(result.clip).toEqual({ rate: 3 });
  expectHarmless(document.body);
});

test("the list of keys has a name for each, also for those of the task", () => {
  show(<KeysDialog schema={SCHEMA} video onClose={() => {}} />);
  for (const definition of document.querySelectorAll("dd")) expect(definition.textContent).not.toBe("");
  // The page has B itself.
  expect(screen.getByText("Shift + B")).toBeTruthy();
  expectHarmless(document.body);
});
