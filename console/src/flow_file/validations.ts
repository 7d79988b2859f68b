import type { Schemas } from "../api/client";
import { type Definition, everyScope, pathOf, type Scope } from "./definition";
import type { Path } from "./json_text";

/** As ValidateFlowDefinition has them, and our own checks in the same shape. */
export interface Validation {
  type: string;
  severity: "Error" | "Warning";
  /** In the service's words; checks of the page have none. */
  message?: string;
  details?: { [member: string]: Details };
}

export interface Details {
  node?: string;
  loopNode?: string;
  connection?: string;
  input?: string;
  output?: string;
  condition?: string;
  source?: string;
  target?: string;
  [more: string]: unknown;
}

export type Colour = "red" | "yellow" | "green";

/** What a validation is about. `nodes` are those that it colours. */
export interface Place {
  scope: Scope;
  nodes: string[];
  connections: string[];
  /** Leads to its name. */
  path: Path;
}

/** What the API found. What CreateFlow refuses has no type, and is an error of the flow as a whole. */
export function validationsOf(found: Schemas["FlowValidation"]): Validation[] {
  const refused = found.refusals.map((message): Validation => ({ type: "ValidationException", severity: "Error", message }));
  const listed = found.validations.map(({ type = "Unspecified", ...rest }) => ({ type, ...rest }) as Validation);
  return [...listed, ...refused];
}

export const detailsOf = ({ details }: Validation): Details => Object.values(details ?? {})[0] ?? {};

/** Where a validation points to, in the first definition that has a node or connection of the name. */
export function placeIn(definition: Definition, validation: Validation): Place {
  const details = detailsOf(validation);
  for (const { scope, definition: inner } of everyScope(definition)) {
    const base = pathOf(definition, scope);
    const named = details.connection === undefined ? undefined : inner.connections.findIndex((each) => each.name === details.connection);
    if (named !== undefined && named >= 0) {
      const { source, target, name } = inner.connections[named]!;
      return { scope, nodes: [source, target], connections: [name], path: [...base, "connections", named, "name"] };
    }
    const name = details.node ?? details.loopNode;
    const index = inner.nodes.findIndex((each) => each.name === name);
    if (index >= 0) {
      const path = [...base, "nodes", index, ...withinNode(inner, index, details), "name"];
      return { scope, nodes: [name!], connections: throughPort(inner, name!, details), path };
    }
    const { source, target } = details;
    if (name === undefined && source !== undefined && target !== undefined) {
      const between = inner.connections.filter((each) => each.source === source && each.target === target);
      const last = inner.connections.findLastIndex((each) => each.source === source && each.target === target);
      const path = last < 0 ? base : [...base, "connections", last, "name"];
      if (between.length) return { scope, nodes: [source, target], connections: between.map((each) => each.name), path };
    }
  }
  return { scope: [], nodes: [], connections: [], path: [] };
}

/** The worst of each node and connection of a scope; what no validation is about is green. */
export function coloursOf(definition: Definition, validations: Validation[], scope: Scope) {
  const nodes = new Map<string, Colour>();
  const connections = new Map<string, Colour>();
  for (const validation of validations) {
    const place = placeIn(definition, validation);
    const colour: Colour = validation.severity === "Error" ? "red" : "yellow";
    const paint = (map: Map<string, Colour>, name: string) => {
      if (map.get(name) !== "red") map.set(name, colour);
    };
    if (same(place.scope, scope)) {
      place.nodes.forEach((name) => paint(nodes, name));
      place.connections.forEach((name) => paint(connections, name));
    } else if (same(place.scope.slice(0, scope.length), scope)) {
      // A loop shows what is wrong inside of it.
      paint(nodes, place.scope[scope.length]!);
    }
  }
  return { nodes, connections };
}

const same = (one: Scope, other: Scope) => one.length === other.length && one.every((name, at) => name === other[at]);

function withinNode(definition: Definition, index: number, { input, output, condition }: Details): Path {
  const node = definition.nodes[index]!;
  const at = (list: { name: string }[] | undefined, name: string) => list?.findIndex((each) => each.name === name) ?? -1;
  if (input !== undefined && at(node.inputs, input) >= 0) return ["inputs", at(node.inputs, input)];
  if (output !== undefined && at(node.outputs, output) >= 0) return ["outputs", at(node.outputs, output)];
  const conditions = (node.configuration?.["condition"] as { conditions?: { name: string }[] } | undefined)?.conditions;
  if (condition !== undefined && Array.isArray(conditions) && at(conditions, condition) >= 0) {
    return ["configuration", "condition", "conditions", at(conditions, condition)];
  }
  return [];
}

// Several data connections into one input: each of them is a cause.
function throughPort({ connections }: Definition, name: string, { input }: Details): string[] {
  if (input === undefined) return [];
  return connections
    .filter((each) => each.target === name && each.configuration?.data?.targetInput === input)
    .map((each) => each.name);
}
