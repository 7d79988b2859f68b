import type { Connection, Definition, FlowNode, Port } from "./definition";
import { newNode, NODE_TYPES } from "./node_types";

/** The end of a connection. A condition of a Condition node or an output; of the target an input, or the node itself. */
export interface Ends {
  source: string;
  target: string;
  sourceOutput?: string;
  targetInput?: string;
  condition?: string;
}

const LONGEST_NAME = 50;
const LONGEST_CONNECTION_NAME = 100;

/** The name, with a number behind it if it is taken. */
export function freeName(wanted: string, taken: Iterable<string>, longest = LONGEST_NAME): string {
  const names = new Set(taken);
  const begin = wanted.slice(0, longest);
  if (!names.has(begin)) return begin;
  for (let number = 2; ; number += 1) {
    const name = `${begin.slice(0, longest - 4)}_${number}`;
    if (!names.has(name)) return name;
  }
}

const namesOf = (things: { name: string }[]) => things.map(({ name }) => name);

export function addNode(definition: Definition, type: string): { definition: Definition; name: string } {
  const name = freeName(`${type}_1`, namesOf(definition.nodes));
  return { definition: { ...definition, nodes: [...definition.nodes, newNode(type, name)] }, name };
}

/** With the connections that lead to it and from it. */
export function removeNode(definition: Definition, index: number): Definition {
  const name = definition.nodes[index]?.name;
  const others = definition.nodes.filter((_, at) => at !== index);
  // Another node of the same name keeps the connections.
  const isGone = !others.some((node) => node.name === name);
  const connections = definition.connections.filter(({ source, target }) => !isGone || (source !== name && target !== name));
  return { ...definition, nodes: others, connections };
}

export function changeNode(definition: Definition, index: number, change: (node: FlowNode) => FlowNode): Definition {
  return { ...definition, nodes: definition.nodes.map((node, at) => (at === index ? change(node) : node)) };
}

/** The connections follow. */
export function renameNode(definition: Definition, index: number, name: string): Definition {
  const before = definition.nodes[index]!.name;
  const renamed = changeNode(definition, index, (node) => ({ ...node, name }));
  const follow = (end: string) => (end === before ? name : end);
  return {
    ...renamed,
    connections: definition.connections.map((each) => ({ ...each, source: follow(each.source), target: follow(each.target) })),
  };
}

/** Connections do not follow a port: what used it turns red until somebody decides. */
export function changePort(node: FlowNode, side: "inputs" | "outputs", index: number, change: (port: Port) => Port): FlowNode {
  return { ...node, [side]: (node[side] ?? []).map((port, at) => (at === index ? change(port) : port)) };
}

/** Whether the node can have a port more on this side. */
export const takesPort = (node: FlowNode, side: "inputs" | "outputs"): boolean =>
  missingPort(node, side) !== undefined || !NODE_TYPES[node.type] || (side === "inputs" && !!NODE_TYPES[node.type]!.ownInputs);

/** A port that the type of the node requires, or else one of the user's own. */
export function addPort(node: FlowNode, side: "inputs" | "outputs"): FlowNode {
  const ports = node[side] ?? [];
  const missing = missingPort(node, side);
  if (missing) return { ...node, [side]: [...ports, missing.type === "Any" ? { ...missing, type: "String" } : { ...missing }] };
  const name = freeName(side === "inputs" ? "value" : "output", namesOf(ports));
  const port: Port = { name, type: "String", ...(side === "inputs" ? { expression: "$.data" } : {}) };
  return { ...node, [side]: [...ports, port] };
}

const missingPort = (node: FlowNode, side: "inputs" | "outputs"): Port | undefined =>
  NODE_TYPES[node.type]?.[side].find((port) => !node[side]?.some((each) => each.name === port.name));

export function removePort(node: FlowNode, side: "inputs" | "outputs", index: number): FlowNode {
  return { ...node, [side]: (node[side] ?? []).filter((_, at) => at !== index) };
}

/** The same connection twice is one. */
export function addConnection(definition: Definition, ends: Ends): Definition {
  if (definition.connections.some((each) => sameEnds(endsOf(each), ends))) return definition;
  const from = ends.condition ?? ends.sourceOutput ?? "";
  const wanted = `${ends.source}_${from}_to_${ends.target}${ends.targetInput ? `_${ends.targetInput}` : ""}`;
  const name = freeName(wanted.replace(/[^0-9a-zA-Z_]/g, ""), namesOf(definition.connections), LONGEST_CONNECTION_NAME);
  const { source, target } = ends;
  const connection: Connection =
    ends.condition !== undefined
      ? { name, source, target, type: "Conditional", configuration: { conditional: { condition: ends.condition } } }
      : {
          name,
          source,
          target,
          type: "Data",
          configuration: { data: { sourceOutput: ends.sourceOutput ?? "", targetInput: ends.targetInput ?? "" } },
        };
  return { ...definition, connections: [...definition.connections, connection] };
}

export function removeConnection(definition: Definition, index: number): Definition {
  return { ...definition, connections: definition.connections.filter((_, at) => at !== index) };
}

/** What the configuration does not name is undefined. */
export function endsOf({ source, target, type, configuration }: Connection): Ends {
  const ends: Ends = { source, target };
  if (type === "Conditional") {
    const condition = configuration?.conditional?.condition;
    return typeof condition === "string" ? { ...ends, condition } : ends;
  }
  const { sourceOutput, targetInput } = configuration?.data ?? {};
  if (typeof sourceOutput === "string") ends.sourceOutput = sourceOutput;
  if (typeof targetInput === "string") ends.targetInput = targetInput;
  return ends;
}

const sameEnds = (one: Ends, other: Ends) =>
  (["source", "target", "sourceOutput", "targetInput", "condition"] as const).every((end) => one[end] === other[end]);

interface Inline {
  templateConfiguration?: { text?: { text?: string; inputVariables?: { name: string }[] } };
}

/** The text of a prompt that stands in the flow itself; undefined for one of prompt management, or for a chat template. */
export function promptTextOf(node: FlowNode): string | undefined {
  const prompt = node.configuration?.["prompt"] as { sourceConfiguration?: { inline?: Inline } } | undefined;
  const text = prompt?.sourceConfiguration?.inline?.templateConfiguration?.text?.text;
  return typeof text === "string" ? text : undefined;
}

/** The names in `{{…}}`, in the order of the text. */
export const variablesOf = (text: string): string[] => [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((found) => found[1]!))];

/** A prompt takes one input for each of its variables, so the inputs become those of the text. */
export function withPromptText(node: FlowNode, text: string): FlowNode {
  const prompt = node.configuration!["prompt"] as unknown as { sourceConfiguration: { inline: Inline } };
  const { inline } = prompt.sourceConfiguration;
  const before = inline.templateConfiguration!.text!;
  const variables = variablesOf(text);
  const template: { text?: string; inputVariables?: { name: string }[] } = { ...before, text };
  if (before.inputVariables) {
    template.inputVariables = variables.map((name) => before.inputVariables!.find((each) => each?.name === name) ?? { name });
  }
  const templateConfiguration = { ...inline.templateConfiguration, text: template };
  const changed = { ...prompt, sourceConfiguration: { ...prompt.sourceConfiguration, inline: { ...inline, templateConfiguration } } };
  const had = variablesOf(before.text ?? "").join() === variables.join();
  const inputs = variables.map(
    (name) => node.inputs?.find((port) => port.name === name) ?? { name, type: "String", expression: "$.data" },
  );
  return {
    ...node,
    configuration: { ...node.configuration, prompt: changed as never },
    ...(had ? {} : { inputs }),
  };
}
