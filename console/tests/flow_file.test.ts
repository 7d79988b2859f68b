import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { asDefinition, type Definition, definitionOf, NotAFlowError } from "../src/flow_file/definition";
import { addConnection, addNode, changeNode, changePort, removeNode, removePort, renameNode, withPromptText } from "../src/flow_file/edits";
import { begin, changed, redone, undone } from "../src/flow_file/history";
import { type Json, lineOf, UnreadableTextError, valueOf, written } from "../src/flow_file/json_text";
import { portChecks } from "../src/flow_file/port_checks";
import { coloursOf, type Details, detailsOf, placeIn } from "../src/flow_file/validations";

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
