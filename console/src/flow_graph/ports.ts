import { conditionsOf, type Definition, type FlowNode } from "../flow_file/definition";
import { type Ends, endsOf } from "../flow_file/edits";

/** A place at a node where connections begin or end. */
export interface Handle {
  id: string;
  name: string;
  /** A connection names it, and the node does not have it. */
  isMissing: boolean;
}

/** The ports of a node and, as missing ones, those that connections expect of it. */
export interface Handles {
  inputs: Handle[];
  outputs: Handle[];
  conditions: Handle[];
  /** Whether it waits for a condition. */
  isReleased: boolean;
}

/** Where a Conditional connection ends: the node as a whole. */
export const GATE = "gate";
const PREFIX = { inputs: "in:", outputs: "out:", conditions: "if:" } as const;
type Kind = keyof typeof PREFIX;

export function handlesOf(definition: Definition, node: FlowNode): Handles {
  const expected: Record<Kind, Set<string>> = { inputs: new Set(), outputs: new Set(), conditions: new Set() };
  for (const connection of definition.connections) {
    const ends = endsOf(connection);
    if (connection.type === "Conditional") {
      if (ends.source === node.name) expected.conditions.add(ends.condition ?? "");
    } else {
      if (ends.source === node.name) expected.outputs.add(ends.sourceOutput ?? "");
      if (ends.target === node.name) expected.inputs.add(ends.targetInput ?? "");
    }
  }
  const had = { inputs: node.inputs ?? [], outputs: node.outputs ?? [], conditions: conditionsOf(node) };
  const handles = (kind: Kind): Handle[] => {
    const names = new Set(had[kind].map((each) => each.name));
    const handle = (name: string, isMissing: boolean) => ({ id: PREFIX[kind] + name, name, isMissing });
    return [
      ...[...names].map((name) => handle(name, false)),
      ...[...expected[kind]].filter((name) => !names.has(name)).map((name) => handle(name, true)),
    ];
  };
  const isReleased = definition.connections.some((each) => each.type === "Conditional" && each.target === node.name);
  return { inputs: handles("inputs"), outputs: handles("outputs"), conditions: handles("conditions"), isReleased };
}

/** The handles that a connection joins. */
export function handlesOfEnds(ends: Ends, isConditional: boolean): { sourceHandle: string; targetHandle: string } {
  if (isConditional) return { sourceHandle: PREFIX.conditions + (ends.condition ?? ""), targetHandle: GATE };
  return { sourceHandle: PREFIX.outputs + (ends.sourceOutput ?? ""), targetHandle: PREFIX.inputs + (ends.targetInput ?? "") };
}

/** What is joined when somebody draws a line; undefined where data would meet a condition. */
export function endsOfHandles(source: string, sourceHandle: string | null, target: string, targetHandle: string | null): Ends | undefined {
  const after = (handle: string | null, kind: Kind) => (handle?.startsWith(PREFIX[kind]) ? handle.slice(PREFIX[kind].length) : undefined);
  const [condition, sourceOutput] = [after(sourceHandle, "conditions"), after(sourceHandle, "outputs")];
  const targetInput = after(targetHandle, "inputs");
  if (condition !== undefined && targetHandle === GATE) return { source, target, condition };
  if (sourceOutput !== undefined && targetInput !== undefined) return { source, target, sourceOutput, targetInput };
  return undefined;
}
