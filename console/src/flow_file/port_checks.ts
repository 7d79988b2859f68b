import { conditionsOf, type Definition, everyScope, type FlowNode } from "./definition";
import { endsOf } from "./edits";
import { NODE_TYPES } from "./node_types";
import type { Details, Validation } from "./validations";

/**
 * What can be told from ports and connections alone, without asking the API: while somebody edits, a port that is
 * renamed or deleted turns every node red that used it, at once. The names are the service's.
 */
export function portChecks(definition: Definition): Validation[] {
  return [...everyScope(definition)].flatMap(({ definition: inner, scope }) => [
    ...(scope.length ? [] : endChecks(inner)),
    ...inner.nodes.flatMap((node) => nodeChecks(inner, node, scope.length > 0)),
    ...connectionChecks(inner),
  ]);
}

const error = (type: string, details: Details = {}): Validation => ({
  type,
  severity: "Error",
  details: { [type[0]!.toLowerCase() + type.slice(1)]: details },
});

function endChecks({ nodes }: Definition): Validation[] {
  const has = (type: string) => nodes.some((node) => node.type === type);
  return [...(has("Input") ? [] : [error("MissingStartingNodes")]), ...(has("Output") ? [] : [error("MissingEndingNodes")])];
}

function nodeChecks(definition: Definition, node: FlowNode, inLoop: boolean): Validation[] {
  const type = NODE_TYPES[node.type];
  if (!type) return [];
  const found: Validation[] = [];
  const [inputs, outputs] = [names(node.inputs), names(node.outputs)];
  for (const { name } of type.inputs) if (!inputs.has(name)) found.push(error("MissingNodeInput", { node: node.name, input: name }));
  if (!type.ownInputs) {
    const fixed = names(type.inputs);
    for (const input of inputs) if (!fixed.has(input)) found.push(error("UnknownNodeInput", { node: node.name, input }));
  }
  const expected = outputsOf(node);
  if (!expected.some((each) => outputs.has(each.name)) && expected.length) {
    found.push(error("MissingNodeOutput", { node: node.name, output: expected[0]!.name }));
  }
  for (const output of outputs) {
    if (!expected.some((each) => each.name === output)) found.push(error("UnknownNodeOutput", { node: node.name, output }));
  }
  for (const port of node.inputs ?? []) {
    if (port.expression !== undefined && !port.expression.startsWith("$.data")) {
      found.push(error("MalformedNodeInputExpression", { node: node.name, input: port.name }));
    }
  }
  const data = definition.connections.filter((each) => each.target === node.name && each.type === "Data");
  for (const input of inputs) {
    const into = data.filter((each) => each.configuration?.data?.targetInput === input).length;
    if (into > 1) found.push(error("MultipleNodeInputConnections", { node: node.name, input }));
    // What a loop hands to its nodes does not always come by a connection.
    if (into === 0 && !(inLoop && type.inLoop)) found.push(error("UnfulfilledNodeInput", { node: node.name, input }));
  }
  if (node.type === "Condition" && !conditionsOf(node).some((each) => each.name === "default")) {
    found.push(error("MissingDefaultCondition", { node: node.name }));
  }
  return found;
}

/** The outputs of which a node has some: those of a knowledge base depend on whether a model writes. */
function outputsOf(node: FlowNode) {
  if (node.type !== "KnowledgeBase") return NODE_TYPES[node.type]!.outputs;
  const { modelId } = (node.configuration?.["knowledgeBase"] ?? {}) as { modelId?: string };
  return [modelId === undefined ? { name: "retrievalResults" } : { name: "outputText" }];
}

function connectionChecks(definition: Definition): Validation[] {
  const found: Validation[] = [];
  const seen = new Set<string>();
  const byName = new Map(definition.nodes.map((node) => [node.name, node]));
  for (const connection of definition.connections) {
    const { name, type } = connection;
    const ends = endsOf(connection);
    const [source, target] = [byName.get(ends.source), byName.get(ends.target)];
    if (!source) found.push(error("UnknownConnectionSource", { connection: name }));
    if (!target) found.push(error("UnknownConnectionTarget", { connection: name }));
    if (type === "Conditional") {
      if (ends.condition === undefined) found.push(error("MissingConnectionConfiguration", { connection: name }));
      else if (source && !conditionsOf(source).some((each) => each.name === ends.condition)) {
        found.push(error("UnknownConnectionCondition", { connection: name }));
      }
    } else if (ends.sourceOutput === undefined || ends.targetInput === undefined) {
      found.push(error("MissingConnectionConfiguration", { connection: name }));
    } else {
      if (source && !names(source.outputs).has(ends.sourceOutput)) {
        found.push(error("UnknownConnectionSourceOutput", { connection: name }));
      }
      if (target && !names(target.inputs).has(ends.targetInput)) {
        found.push(error("UnknownConnectionTargetInput", { connection: name }));
      }
    }
    const key = JSON.stringify(ends);
    if (seen.has(key)) found.push(error("DuplicateConnections", { source: ends.source, target: ends.target }));
    seen.add(key);
  }
  return found;
}

const names = (things: { name: string }[] | undefined) => new Set((things ?? []).map(({ name }) => name));
