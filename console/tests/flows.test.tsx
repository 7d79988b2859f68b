import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, test } from "vitest";
import { documentOf } from "../src/flow_runs/documents";
import { barsOf, bottleneckOf, progressOf } from "../src/flow_runs/progress";
import { LostError, runFlow } from "../src/flow_runs/running";
import { asDefinition } from "../src/flow_file/definition";
import { curveOf } from "../src/views/flow/curves";
import EditorTab from "../src/views/flow/editor/EditorTab";
import FlowPage from "../src/views/flow/FlowPage";
import RunPage from "../src/views/flow_run/RunPage";
import FlowsPage from "../src/views/flows/FlowsPage";
import { type Call, expectHarmless, HOSTILE, ID, show } from "./support";

const TEXT = `{
  "nodes": [
    {"name": "Start", "type": "Input", "configuration": {"input": {}}, "outputs": [{"name": "document", "type": "String"}]},
    {"name": "Classify", "type": "Prompt", "ours": 1.0, "configuration": {"prompt": {"sourceConfiguration": {"inline": {"modelId": "m", "templateType": "TEXT", "templateConfiguration": {"text": {"text": "One word: {{ask}}"}}}}}}, "inputs": [{"name": "ask", "type": "String", "expression": "$.data"}], "outputs": [{"name": "modelCompletion", "type": "String"}]},
    {"name": "End", "type": "Output", "configuration": {"output": {}}, "inputs": [{"name": "document", "type": "String", "expression": "$.data"}]}
  ],
  "connections": [
    {"name": "one", "source": "Start", "target": "Classify", "type": "Data", "configuration": {"data": {"sourceOutput": "document", "targetInput": "ask"}}},
    {"name": "two", "source": "Classify", "target": "End", "type": "Data", "configuration": {"data": {"sourceOutput": "modelCompletion", "targetInput": "document"}}}
  ]
}
`;
const DEFINITION = JSON.parse(TEXT);
const FILE = { text: TEXT, layout: "", revision: "1", is_draft: false };
const VALID = { validations: [], refusals: [], nodes: {} };
const FLOW = { name: "customer-service", version: "3", versions: [], definition: DEFINITION, validation: VALID, may_edit: true };
const node = (name: string, type: string, more: object = {}) => ({
  node: name, type, rounds: 1, inputs: {}, outputs: {}, conditions: [], guardrail: { outcome: "none" as const, kinds: [] }, ...more,
});

beforeAll(() => {
  // The canvas measures its nodes.
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
});

const editor = (replies: Record<string, unknown> = {}) => {
  replies["/flows/{flow}/file"] ??= FILE;
  replies["/flows/validate"] ??= VALID;
  return show(<EditorTab flow="customer-service" mayEdit />, replies);
};
const lastSaved = (calls: Call[]) => calls.findLast((each) => each.method === "PUT")?.options.body;

test("a port that is renamed turns both nodes red at once, and green when it is undone", async () => {
  editor({ "/flows/validate": new Error("no API here") });
  fireEvent.click(await screen.findByRole("button", { name: /Classify Prompt/ }));
  fireEvent.change(screen.getByLabelText("Name of output 1"), { target: { value: "answer" } });
  const outline = screen.getByRole("navigation", { name: "Outline" });
  expect(within(outline).getAllByRole("img").map((each) => each.getAttribute("aria-label"))).toEqual(["Valid", "Invalid", "Invalid"]);
  expect(screen.getByRole("button", { name: /comes from an output that the node does not have/ })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(within(outline).queryAllByRole("img", { name: "Invalid" })).toEqual([]);
});

test("what is saved differs on the edited lines alone", async () => {
  const { calls } = editor({ "PUT /flows/{flow}/file": { ...FILE, revision: "2" } });
  fireEvent.click(await screen.findByRole("button", { name: /Classify Prompt/ }));
  const name = screen.getByLabelText("Name");
  fireEvent.change(name, { target: { value: "Sort" } });
  fireEvent.blur(name);
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(lastSaved(calls)).toEqual({ text: TEXT.replaceAll('"Classify"', '"Sort"'), revision: "1" }));
});

test("a name that another node has is refused, and nothing changes", async () => {
  editor();
  fireEvent.click(await screen.findByRole("button", { name: /Classify Prompt/ }));
  const name = screen.getByLabelText("Name");
  fireEvent.change(name, { target: { value: "End" } });
  expect(screen.getByText("Another node has this name")).toBeTruthy();
  fireEvent.blur(name);
  expect(screen.getByRole("button", { name: "Save" }).hasAttribute("disabled")).toBe(true);
});

test("somebody else's save in between shows both versions, and saving over it names theirs", async () => {
  const theirs = { ...FILE, revision: "9", text: TEXT.replace("One word", "One label"), saved_by: "mary", saved_at: "2026-11-29T08:00:00Z" };
  const replies: Record<string, unknown> = { "PUT /flows/{flow}/file": new Error("Somebody else has saved.") };
  const { calls } = editor(replies);
  fireEvent.click(await screen.findByRole("button", { name: /Classify Prompt/ }));
  fireEvent.click(screen.getByRole("button", { name: "Add an input" }));
  replies["/flows/{flow}/file"] = theirs;
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  const dialog = await screen.findByRole("dialog", { name: /^mary saved this flow/ });
  expect(lastSaved(calls).revision).toBe("1");
  const difference = within(dialog).getByRole("region", { name: "Classify" });
  expect(difference.textContent).toMatch(/Your version.*One word.*"value".*Their version.*One label/s);
  replies["PUT /flows/{flow}/file"] = { ...FILE, revision: "10" };
  fireEvent.click(within(dialog).getByRole("button", { name: "Save yours over theirs" }));
  await waitFor(() => expect(lastSaved(calls).revision).toBe("9"));
  expect(lastSaved(calls).text).toContain("One word");
});

test("their version can be taken, and undo brings one's own back", async () => {
  const theirs = { ...FILE, revision: "9", text: TEXT.replaceAll('"End"', '"Finish"'), saved_at: "2026-11-29T08:00:00Z" };
  const replies: Record<string, unknown> = { "PUT /flows/{flow}/file": new Error("Somebody else has saved.") };
  editor(replies);
  fireEvent.click(await screen.findByRole("button", { name: /Classify Prompt/ }));
  fireEvent.click(screen.getByRole("button", { name: "Add an input" }));
  replies["/flows/{flow}/file"] = theirs;
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  fireEvent.click(await screen.findByRole("button", { name: /Take theirs/ }));
  expect(await screen.findByRole("button", { name: /Finish Output/ })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(screen.getByRole("button", { name: /End Output/ })).toBeTruthy();
  expect(screen.getByLabelText("Name of input 2")).toBeTruthy();
});

test("who may not edit sees the file and can change nothing", async () => {
  show(<EditorTab flow="customer-service" mayEdit={false} />, { "/flows/{flow}/file": FILE, "/flows/validate": VALID });
  fireEvent.click(await screen.findByRole("button", { name: /Classify Prompt/ }));
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  expect(screen.getByLabelText("Name of output 1").closest("fieldset[disabled]")).toBeTruthy();
});

test("a message leads to its node and to its line", async () => {
  const found = { message: "m", severity: "Error", type: "UnfulfilledNodeInput", details: { unfulfilledNodeInput: { node: "End", input: "document" } } };
  editor({ "/flows/validate": { ...VALID, validations: [found] } });
  fireEvent.click(await screen.findByRole("button", { name: /No connection leads into this input/ }));
  expect(await screen.findByRole("region", { name: "End" })).toBeTruthy();
  const marked = screen.getByRole("list", { name: "File" }).querySelector("[aria-current]");
  expect(marked?.textContent).toContain('"name": "End"');
});

test("a file that is no flow is shown with its line and is not touched", async () => {
  const { container } = editor({ "/flows/{flow}/file": { ...FILE, text: `{\n"nodes": [],\n"connections": ${JSON.stringify(HOSTILE)}}` } });
  expect(await screen.findByText(/cannot be read as a flow/)).toBeTruthy();
  expectHarmless(container);
});

test("names that somebody else wrote are text everywhere", async () => {
  const hostile = JSON.parse(TEXT.replaceAll('"Classify"', JSON.stringify(HOSTILE)));
  const flow = { ...FLOW, name: HOSTILE, version: HOSTILE, definition: hostile };
  const one = show(<FlowPage />, { "/flows/{flow}": flow }, "/flows/:flow", "/flows/customer-service");
  expect(await screen.findByText(/antwortet|answers/)).toBeTruthy();
  await screen.findByRole("region", { name: "Graph of the flow" });
  expectHarmless(one.container);
  const run = {
    run_id: ID, flow: "a", version: HOSTILE, status: "FAILED", created_at: "2026-11-29T08:00:00Z", user: HOSTILE,
    error: { name: "X", message: HOSTILE }, events: [{ [HOSTILE]: { nodeName: HOSTILE } }], outputs: [{ node: HOSTILE, document: HOSTILE }], definition: hostile,
    nodes: [node(HOSTILE, HOSTILE, { milliseconds: 3, inputs: { [HOSTILE]: HOSTILE }, error: { code: "DEPENDENCY_FAILED", message: HOSTILE } })],
  };
  const replies = { "/flows/{flow}/runs/{run_id}": run, "/flows": { flows: [], may_edit: true } };
  const two = show(<RunPage />, replies, "/flows/:flow/runs/:runId", `/flows/a/runs/${ID}`);
  const [line] = await within(two.container).findAllByRole("button", { expanded: false });
  fireEvent.click(line!);
  expectHarmless(two.container);
  const three = show(<FlowsPage />, { "/flows": { flows: [{ name: HOSTILE, version: "1" }], may_edit: false } });
  await within(three.container).findByRole("row", { name: /onerror/ });
  expectHarmless(three.container);
});

test("a question of a node is answered in the same run, and then the flow begins again", async () => {
  const asked = { run_id: ID, flow: "customer-service", version: "3", status: "INPUT_REQUIRED", outputs: [],
    question: { node: "Agent", document: "Which order?", until: "2026-11-29T09:00:00Z" } };
  const replies: Record<string, unknown> = { "/flows/{flow}": FLOW, "/flows/{flow}/invoke": asked };
  const { calls } = show(<FlowPage />, replies, "/flows/:flow", "/flows/customer-service");
  const say = async (label: string, text: string) => {
    const field = await screen.findByRole("textbox", { name: label });
    fireEvent.change(field, { target: { value: text } });
    fireEvent.keyDown(field, { key: "Enter", keyCode: 13 });
  };
  await say("Input", "Where is it?");
  expect(await screen.findByText("Which order?")).toBeTruthy();
  replies["/flows/{flow}/invoke"] = { ...asked, status: "SUCCEEDED", question: undefined, outputs: [{ node: "End", document: "On its way." }] };
  await say("Answer to the question", "4711");
  expect(await screen.findByText("On its way.")).toBeTruthy();
  await say("Input", "Thanks");
  await waitFor(() => expect(calls.filter((each) => each.path.endsWith("/invoke"))).toHaveLength(3));
  expect(calls.filter((each) => each.path.endsWith("/invoke")).map((each) => each.options.body)).toEqual([
    { input: "Where is it?", trace: true },
    { input: "4711", run_id: ID, node: "Agent", trace: true },
    { input: "Thanks", trace: true },
  ]);
});

test("a question that was answered too late is refused in words, and the flow begins again", async () => {
  const asked = { run_id: ID, flow: "customer-service", version: "3", status: "INPUT_REQUIRED", outputs: [], question: { node: "Agent", document: "Which order?" } };
  const replies: Record<string, unknown> = { "/flows/{flow}": FLOW, "/flows/{flow}/invoke": asked };
  show(<FlowPage />, replies, "/flows/:flow", "/flows/customer-service");
  const say = async (label: string, text: string) => {
    const field = await screen.findByRole("textbox", { name: label });
    fireEvent.change(field, { target: { value: text } });
    fireEvent.keyDown(field, { key: "Enter", keyCode: 13 });
  };
  await say("Input", "Where is it?");
  replies["/flows/{flow}/invoke"] = new Error("The question was to be answered by nine.");
  await say("Answer to the question", "4711");
  expect(await screen.findByText("The question was to be answered by nine.")).toBeTruthy();
  expect(await screen.findByRole("textbox", { name: "Input" })).toHaveProperty("value", "4711");
});

test("a node is tried with the inputs that were changed, as a new run", async () => {
  const run = {
    run_id: ID, flow: "a", version: "3", status: "SUCCEEDED", created_at: "2026-11-29T08:00:00Z", events: [], outputs: [], definition: DEFINITION,
    nodes: [node("Classify", "Prompt", { inputs: { ask: "old", list: [1] } })],
  };
  const replies = { "/flows/{flow}/runs/{run_id}": run, "/flows": { flows: [], may_edit: true }, "/flows/{flow}/trials": { run_id: "1".repeat(32) } };
  const { calls } = show(<RunPage />, replies, "/flows/:flow/runs/:runId", `/flows/a/runs/${ID}`);
  fireEvent.click(await screen.findByRole("button", { name: /^Classify/ }));
  fireEvent.click(screen.getByRole("button", { name: "Try this node with other inputs" }));
  fireEvent.change(screen.getByLabelText("list"), { target: { value: "[1, 2" } });
  expect(screen.getByText("This is no JSON")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Go on from this node" }).hasAttribute("disabled")).toBe(true);
  fireEvent.change(screen.getByLabelText("list"), { target: { value: "[1, 2]" } });
  fireEvent.click(screen.getByRole("button", { name: "Go on from this node" }));
  await waitFor(() =>
    expect(calls.find((each) => each.method === "POST")?.options.body).toEqual({ run_id: ID, node: "Classify", scope: "rest", inputs: { list: [1, 2] } }),
  );
});

test("a run lights up what has run and the way that it took", () => {
  const trace = (name: string, body: object) => ({ flowTraceEvent: { trace: { [name]: body } } });
  const events = [
    { flowInputEvent: { nodeName: "Start" } },
    trace("nodeInputTrace", { nodeName: "Classify", fields: [{ nodeInputName: "ask", source: { nodeName: "Start", outputFieldName: "document" } }] }),
  ];
  const definition = asDefinition(DEFINITION);
  const begun = progressOf(definition, events as never);
  expect(Object.fromEntries(begun.nodes)).toEqual({ Start: "done", Classify: "running" });
  expect([...begun.taken]).toEqual(["one"]);
  const failed = progressOf(definition, [...events, { nodeFailureEvent: { nodeName: "Classify" } }, {}] as never);
  expect(failed.nodes.get("Classify")).toBe("failed");
});

test("the slowest node is the bottleneck, and each bar can be seen", () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const nodes = [
    node("a", "Prompt", { began_at: at(0), ended_at: at(900), milliseconds: 900 }),
    node("b", "Output", { began_at: at(900), ended_at: at(901), milliseconds: 1 }),
    node("c", "Output"),
  ];
  expect(bottleneckOf(nodes)?.node).toBe("a");
  const { bars, whole } = barsOf(nodes);
  expect(whole).toBe(901);
  expect(bars.map(({ width }) => width > 0)).toEqual([true, true, false]);
  expect(bars.every(({ left, width }) => left >= 0 && left + width <= 100)).toBe(true);
  expect(bottleneckOf([])).toBeUndefined();
  expect(barsOf([])).toEqual({ bars: [], whole: 0 });
});

test("an input is of the type that the flow takes", () => {
  expect(documentOf("[1]", "Array")).toEqual([1]);
  expect(documentOf("[1]", "String")).toBe("[1]");
  expect(() => documentOf("{}", "Array")).toThrow(TypeError);
  expect(() => documentOf("none", "Object")).toThrow(SyntaxError);
});

test("the line of a single day is flat", () => {
  expect(curveOf([{ day: "a", p50: 5, p95: 10 }], "p95", 100, 20)).toBe("M0.0 2.0L100.0 2.0");
  expect(curveOf([], "p50", 100, 20)).toBe("");
});

describe("a run whose connection is lost", () => {
  type Socket = { onopen?: () => void; onmessage?: (message: object) => void; onclose?: () => void };
  const ended = { run_id: ID, status: "SUCCEEDED", events: [{ flowCompletionEvent: {} }], outputs: [] };
  const calls: string[] = [];
  const call = (method: string) => async () => {
    calls.push(method);
    return { data: ended, response: { status: 200 } };
  };
  const api = { GET: call("GET"), POST: call("POST") };
  const run = (heard: number[]) => {
    calls.length = 0;
    const socket = { send() {}, close() {} } as Socket;
    const result = runFlow(api as never, () => socket as unknown as WebSocket, "a", { input: "x" }, (_, events) => heard.push(events.length));
    return { socket, result };
  };

  test("is asked for until it ends", async () => {
    const heard: number[] = [];
    const { socket, result } = run(heard);
    socket.onopen!();
    socket.onmessage!({ data: JSON.stringify({ type: "flow_event", run_id: ID, number: 1, event: { flowInputEvent: {} } }) });
    socket.onclose!();
    expect((await result).status).toBe("SUCCEEDED");
    expect([heard, calls]).toEqual([[1, 1], ["GET"]]);
  });

  test("is not run a second time if it may have begun", async () => {
    const { socket, result } = run([]);
    socket.onopen!();
    socket.onclose!();
    await expect(result).rejects.toBeInstanceOf(LostError);
    expect(calls).toEqual([]);
  });

  test("goes over HTTP if nothing was sent", async () => {
    const { socket, result } = run([]);
    socket.onclose!();
    expect((await result).run_id).toBe(ID);
    expect(calls).toEqual(["POST"]);
  });
});
