import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { differencesOf, differingLines } from "../src/flow_file/comparison";
import { asDefinition, type Definition, definitionOf, type FlowNode, NotAFlowError, scoped } from "../src/flow_file/definition";
import { withDefinition, withMoved } from "../src/flow_file/draft";
import { addConnection, addNode, addPort, changeNode, changePort, removeNode, removePort, renameNode, takesPort, withPromptText } from "../src/flow_file/edits";
import { begin, changed, redone, undone } from "../src/flow_file/history";
import { type Json, lineOf, UnreadableTextError, valueOf, written } from "../src/flow_file/json_text";
import { positionsOf } from "../src/flow_file/layout";
import { FIELDS, valueAt, withValueAt } from "../src/flow_file/node_fields";
import { outlineOf } from "../src/flow_file/outline";
import { portChecks } from "../src/flow_file/port_checks";
import { coloursOf, type Details, detailsOf, placeIn } from "../src/flow_file/validations";
import { placed } from "../src/flow_graph/arrange";

export const SMALL = `{"nodes": [
  {"name": "Start", "type": "Input", "configuration": {"input": {}}, "outputs": [{"name": "document", "type": "String"}]},
  {"name": "Classify", "type": "Prompt", "note": {"ours": 1.0}, "configuration": {"prompt": {"sourceConfiguration": {"inline": {"modelId": "m", "templateType": "TEXT",
     "templateConfiguration": {"text": {"text": "One word: {{ask}}", "inputVariables": [{"name": "ask"}]}}}}}},
   "inputs": [{"name": "ask", "type": "String", "expression": "$.data"}], "outputs": [{"name": "modelCompletion", "type": "String"}]},
  {"name": "End", "type": "Output", "configuration": {"output": {}}, "inputs": [{"name": "document", "type": "String", "expression": "$.data"}]}],
 "connections": [
  {"name": "one", "source": "Start", "target": "Classify", "type": "Data", "configuration": {"data": {"sourceOutput": "document", "targetInput": "ask"}}},
  {"name": "two", "source": "Classify", "target": "End", "type": "Data", "configuration": {"data": {"sourceOutput": "modelCompletion", "targetInput": "document"}}}]}
`;

const written_ = (text: string, definition: Definition) => written(text, definition as unknown as Json);
const lines = (text: string) => text.split("\n");
const types = (definition: Definition) => portChecks(definition).map(({ type }) => type);

describe("a file that is saved", () => {
  test("keeps every byte when nobody edited it, numbers and blanks included", () => {
    for (const text of [SMALL, SMALL.replace(/\n/g, "\r\n"), `\uFEFF${SMALL}`, "{}", '{"a": 1.0e3, "b": 12345678901234567890}']) {
      expect(written(text, valueOf(text))).toBe(text);
    }
  });

  test("changes on the edited line alone, and keeps what nobody here knows", () => {
    const definition = definitionOf(SMALL);
    const text = written_(SMALL, changeNode(definition, 1, (node) => changePort(node, "inputs", 0, (port) => ({ ...port, name: "question" }))));
    expect(text).toBe(SMALL.replace('"inputs": [{"name": "ask"', '"inputs": [{"name": "question"'));
    expect(text).toContain('"note": {"ours": 1.0}');
  });

  test("gets a connection in the style of its neighbours", () => {
    const definition = definitionOf(SMALL);
    const text = written_(SMALL, addConnection(definition, { source: "Start", target: "End", sourceOutput: "document", targetInput: "document" }));
    expect(lines(text).slice(0, 8)).toEqual(lines(SMALL).slice(0, 8));
    expect(lines(text)[9]).toBe(
      '  {"name": "Start_document_to_End_document", "source": "Start", "target": "End", "type": "Data", "configuration": {"data": {"sourceOutput": "document", "targetInput": "document"}}}]}',
    );
  });

  test("is written over lines where its neighbours are", () => {
    const text = `${JSON.stringify(definitionOf(SMALL), null, 4)}\n`;
    const { definition } = addNode(definitionOf(text), "Output");
    const after = written_(text, definition);
    expect(after).toBe(`${JSON.stringify(definition, null, 4)}\n`);
    expect(written_(after, definitionOf(text))).toBe(text);
  });

  test("loses a node in the middle and no other line", () => {
    const text = JSON.stringify(definitionOf(SMALL), null, 2);
    const after = removeNode(definitionOf(text), 1);
    expect(written_(text, after)).toBe(JSON.stringify(after, null, 2));
    expect(after.connections).toEqual([]);
  });

  test("has the value that it was given, whatever was changed and however it is written", () => {
    // Always the same numbers.
    let seed = 20;
    const below = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
    const simple = (): Json => [null, true, -1.5, "", "a\n\"", "ü🏰", 12][below(7)]!;
    const made = (depth: number): Json => {
      if (depth === 0 || below(3) === 0) return simple();
      const inner = Array.from({ length: below(4) }, () => made(depth - 1));
      return below(2) ? inner : Object.fromEntries(inner.map((each, index) => ["abc"[index]!, each]));
    };
    const mutated = (value: Json): Json => {
      if (below(4) === 0 || typeof value !== "object" || value === null) return made(2);
      if (Array.isArray(value)) return value.toSpliced(below(value.length + 1), below(2), ...(below(2) ? [made(2)] : [])).map((each) => (below(3) ? each : mutated(each)));
      const others = Object.entries(value).filter(() => below(4));
      return { ...Object.fromEntries(others.map(([name, each]) => [name, below(3) ? each : mutated(each)])), ...(below(2) ? { more: made(1) } : {}) };
    };
    const styles = [(value: Json) => JSON.stringify(value), (value: Json) => JSON.stringify(value, null, 2).replaceAll("\n", "\r\n"), (value: Json) => `\uFEFF${JSON.stringify(value, null, "\t")}\n`];
    for (let round = 0; round < 600; round += 1) {
      const [before, style] = [made(4), styles[round % styles.length]!];
      const after = mutated(before);
      const text = written(style(before), after);
      expect(valueOf(text)).toEqual(after);
      expect(written(text, after)).toBe(text);
    }
  });

  test("grows from nothing", () => {
    const empty = '{\n  "nodes": [],\n  "connections": []\n}\n';
    const { definition } = addNode(definitionOf(empty), "Input");
    expect(written_(empty, definition)).toBe(`${JSON.stringify(definition, null, 2)}\n`);
  });
});

describe("a file that is no flow", () => {
  test.each([
    ['{"nodes": [', 1],
    ['{\n"nodes": [],\n"nodes": []}', 3],
    ['{"nodes": [], // none\n"connections": []}', 1],
    ["", 1],
  ])("%j is refused with its line", (text, line) => {
    const error = caught(() => definitionOf(text));
    expect(error).toBeInstanceOf(UnreadableTextError);
    expect((error as UnreadableTextError).line).toBe(line);
  });

  test.each([
    ["[]", []],
    ['{"nodes": {}, "connections": []}', []],
    ['{"nodes": [{"name": 1, "type": "Input"}], "connections": []}', ["nodes", 0]],
    ['{"nodes": [{"name": "a", "type": "Input", "outputs": [null]}], "connections": []}', ["nodes", 0, "outputs", 0]],
    ['{"nodes": [], "connections": [{"name": "a", "source": "b", "target": "c", "type": "Data", "configuration": {"data": 1}}]}', ["connections", 0, "configuration"]],
  ])("%j is refused with its place", (text, path) => {
    const error = caught(() => definitionOf(text));
    expect(error).toBeInstanceOf(NotAFlowError);
    expect((error as NotAFlowError).path).toEqual(path);
  });

  function caught(run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      return error;
    }
  }
});

describe("ports", () => {
  test("a flow that is right has nothing to check", () => expect(portChecks(definitionOf(SMALL))).toEqual([]));

  test.each([
    ["renaming an output", (d: Definition) => changeNode(d, 1, (node) => changePort(node, "outputs", 0, (port) => ({ ...port, name: "answer" })))],
    ["deleting an output", (d: Definition) => changeNode(d, 1, (node) => removePort(node, "outputs", 0))],
  ])("%s turns both nodes red", (_, edit) => {
    const definition = edit(definitionOf(SMALL));
    const { nodes, connections } = coloursOf(definition, portChecks(definition), []);
    expect(Object.fromEntries(nodes)).toEqual({ Classify: "red", End: "red" });
    expect(connections.get("two")).toBe("red");
  });

  test("a variable that is renamed in the prompt renames its input, and what was connected turns red", () => {
    const definition = changeNode(definitionOf(SMALL), 1, (node) => withPromptText(node, "One word: {{question}}"));
    expect(definition.nodes[1]!.inputs).toEqual([{ name: "question", type: "String", expression: "$.data" }]);
    expect(types(definition)).toEqual(["UnfulfilledNodeInput", "UnknownConnectionTargetInput"]);
  });

  test("connections follow a node that is renamed", () => {
    const definition = renameNode(definitionOf(SMALL), 1, "Sort");
    expect(portChecks(definition)).toEqual([]);
    expect(definition.connections.map(({ source, target }) => [source, target])).toEqual([["Start", "Sort"], ["Sort", "End"]]);
  });

  test("a second connection into an input is told, with both lines", () => {
    const definition = addConnection(definitionOf(SMALL), { source: "Start", target: "End", sourceOutput: "document", targetInput: "document" });
    const [validation] = portChecks(definition);
    expect(validation!.type).toBe("MultipleNodeInputConnections");
    expect(detailsOf(validation!)).toEqual({ node: "End", input: "document" });
    expect(placeIn(definition, validation!).connections).toEqual(["two", "Start_document_to_End_document"]);
  });

  test("a message leads to its line of the file", () => {
    const definition = definitionOf(SMALL);
    const at = (details: Details) => lineOf(SMALL, placeIn(definition, { type: "X", severity: "Error", details: { x: details } }).path);
    expect(at({ node: "Classify", input: "ask" })).toBe(5);
    expect(at({ connection: "two" })).toBe(9);
    expect(at({ source: "Start", target: "Classify" })).toBe(8);
    expect(at({ node: "nowhere" })).toBe(1);
  });

  test("each type of node begins with nothing but inputs to connect", () => {
    for (const type of ["Prompt", "Condition", "Agent", "KnowledgeBase", "Iterator", "Loop", "InlineCode", "LambdaFunction"]) {
      const { definition } = addNode(definitionOf(SMALL), type);
      expect(new Set(types(definition))).toEqual(new Set(["UnfulfilledNodeInput"]));
    }
  });
});

describe("positions", () => {
  const LAYOUT = '{\n  "nodes": {\n    "Start": { "x": 0, "y": 1.50 },\n    "Classify": { "x": 240, "y": 0 }\n  },\n  "ours": true\n}\n';
  const draft = { text: SMALL, layout: LAYOUT };

  test("are in the layout file alone, which keeps what nobody moved", () => {
    const moved = withMoved(draft, { Classify: { x: 300, y: 0 } });
    expect(moved).toEqual({ text: SMALL, layout: LAYOUT.replace("240", "300") });
    expect(positionsOf(moved.layout)["Start"]).toEqual({ x: 0, y: 1.5 });
  });

  test("follow a node that is renamed, and go with one that is removed", () => {
    const renamed = withDefinition(draft, [], (definition) => renameNode(definition, 1, "Sort"));
    expect(JSON.parse(renamed.layout).nodes).toEqual({ Start: { x: 0, y: 1.5 }, Sort: { x: 240, y: 0 } });
    const removed = withDefinition(draft, [], (definition) => removeNode(definition, 1));
    expect(removed.layout).toBe(LAYOUT.replace(',\n    "Classify": { "x": 240, "y": 0 }', ""));
    expect(withDefinition(draft, [], (definition) => definition)).toEqual(draft);
  });

  test("are found for nodes that have none, from left to right", () => {
    const all = placed(definitionOf(SMALL), {});
    expect(all["Start"]!.x).toBeLessThan(all["Classify"]!.x);
    expect(all["Classify"]!.x).toBeLessThan(all["End"]!.x);
    expect(placed(definitionOf(SMALL), { Start: { x: 7, y: 7 } })["Start"]).toEqual({ x: 7, y: 7 });
  });

  test("of a layout file that cannot be read are lost, and the file begins again", () => {
    for (const layout of ["", "[]", '{"nodes": {"Start": {"x": "far"}}}', "{"]) expect(positionsOf(layout)).toEqual({});
    expect(JSON.parse(withMoved({ text: SMALL, layout: "{" }, { Start: { x: 1, y: 2 } }).layout)).toEqual({ nodes: { Start: { x: 1, y: 2 } } });
  });
});

test("a loop is edited in its own scope, and shows what is wrong inside of it", () => {
  const outside = addNode(definitionOf(SMALL), "Loop").definition;
  const text = written_(SMALL, outside);
  const inside = withDefinition({ text, layout: "" }, ["Loop_1"], (definition) => addNode(definition, "Prompt").definition);
  const whole = definitionOf(inside.text);
  expect(scoped(whole, ["Loop_1"])!.nodes.map(({ name }) => name)).toEqual(["Prompt_1"]);
  expect(scoped(whole, ["nowhere"])).toBeUndefined();
  const inLoop = portChecks(whole).filter((each) => detailsOf(each).node === "Prompt_1");
  expect(coloursOf(whole, inLoop, []).nodes.get("Loop_1")).toBe("red");
  expect(coloursOf(whole, inLoop, ["Loop_1"]).nodes.get("Prompt_1")).toBe("red");
  expect(lines(inside.text)[lineOf(inside.text, placeIn(whole, inLoop[0]!).path) - 1]).toContain('"name": "input"');
});

test("the outline lists nodes in the order of the data, also in a cycle", () => {
  const definition = definitionOf(SMALL);
  const order = (each: Definition) => outlineOf(each).map(({ node }) => node.name);
  expect(order({ ...definition, nodes: [...definition.nodes].reverse() })).toEqual(["Start", "Classify", "End"]);
  const cycle = addConnection(definition, { source: "End", target: "Classify", sourceOutput: "x", targetInput: "ask" });
  expect(order({ ...cycle, nodes: [...cycle.nodes].reverse() })).toEqual(["Start", "Classify", "End"]);
});

test("an optional field that is emptied takes its object along, and others stay", () => {
  const [, identifier, version] = FIELDS["Prompt"]!;
  const before = { prompt: { note: 1, guardrailConfiguration: { guardrailIdentifier: "a" } } };
  const both = withValueAt(before, version!.path, "2");
  expect(valueAt(both, version!.path)).toBe("2");
  expect(withValueAt(withValueAt(both, version!.path, undefined), identifier!.path, undefined)).toEqual({ prompt: { note: 1 } });
  expect(withValueAt({ inlineCode: { code: "a" } }, ["inlineCode", "code"], undefined)).toEqual({ inlineCode: {} });
});

test("of two versions the lines that differ are shown, with a few around them", () => {
  expect(differingLines("a\nb\nc\nd\ne", "a\nb\nc\nX\nY\ne")).toEqual(["…\nb\nc\nd\ne", "…\nb\nc\nX\nY\ne"]);
  expect(differingLines("a", "b")).toEqual(["a", "b"]);
  expect(differingLines("1\n2\n3\n4", "1\n2\n3\n4\n5")).toEqual(["…\n3\n4", "…\n3\n4\n5"]);
});

test("a port that the type requires can be added again, and no other", () => {
  const [start, classify, end] = definitionOf(SMALL).nodes as [FlowNode, FlowNode, FlowNode];
  expect([takesPort(start, "inputs"), takesPort(start, "outputs"), takesPort(classify, "inputs")]).toEqual([false, false, true]);
  const without = removePort(end, "inputs", 0);
  expect(addPort(without, "inputs").inputs).toEqual(end.inputs);
  expect(addPort(classify, "inputs").inputs!.map(({ name }) => name)).toEqual(["ask", "value"]);
});

test("two versions differ in what somebody changed, whatever the order is", () => {
  const definition = definitionOf(SMALL);
  const other = removeNode({ ...definition, nodes: [...definition.nodes].reverse() }, 0);
  expect(differencesOf(definition, other).map(({ kind, name }) => [kind, name])).toEqual([["node", "End"], ["connection", "two"]]);
});

test("undo takes back a name as one step, and redo brings it again", () => {
  let history = begin("a");
  history = changed(history, "ab", "name");
  history = changed(history, "abc", "name");
  history = changed(history, "abcd");
  expect(undone(history).present).toBe("abc");
  expect(undone(undone(history)).present).toBe("a");
  expect(redone(redone(undone(undone(history)))).present).toBe("abcd");
  expect(undone(undone(undone(history))).present).toBe("a");
});

const corpus = join(process.env["DOCENT_CORPUS"] ?? "/nowhere", "debates/flows");

describe.skipIf(!existsSync(corpus))("flows of others", () => {
  test.each(existsSync(corpus) ? readdirSync(corpus) : [])("%s", (file) => {
    const text = readFileSync(join(corpus, file), "utf8");
    const value = valueOf(text) as { definition: Json };
    const definition = asDefinition(value.definition);
    expect(written(text, value)).toBe(text);
    expect(portChecks(definition)).toEqual([]);
    for (let index = 0; index < definition.nodes.length; index += 1) {
      for (const after of [removeNode(definition, index), renameNode(definition, index, "Another"), addNode(definition, "Loop").definition]) {
        const changedText = written(text, { ...value, definition: after as unknown as Json });
        expect(JSON.parse(changedText)).toEqual({ ...value, definition: after });
        expect(written(changedText, value).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      }
    }
  });
});
