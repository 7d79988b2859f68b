import { type Json, type Path, valueOf } from "./json_text";

/** Of a node: where data come in and go out. `expression` chooses a part of what comes in. */
export interface Port {
  name: string;
  type?: string;
  expression?: string;
}

export interface FlowNode {
  name: string;
  type: string;
  configuration?: { [name: string]: Json };
  inputs?: Port[];
  outputs?: Port[];
}

export interface Connection {
  name: string;
  source: string;
  target: string;
  type: string;
  configuration?: { data?: { sourceOutput?: string; targetInput?: string }; conditional?: { condition?: string } };
}

export interface Condition {
  name: string;
  expression?: string;
}

/** What a flow is, or what a loop in it is. Fields that are not named here are kept. */
export interface Definition {
  nodes: FlowNode[];
  connections: Connection[];
}

/** The names of the Loop nodes that are around a definition, from outside to inside. */
export type Scope = string[];

/** The text is JSON but not a flow: the nodes cannot be told from it. `path` leads to the place. */
export class NotAFlowError extends Error {
  readonly path: Path;

  constructor(message: string, path: Path) {
    super(message);
    this.path = path;
  }
}

/** Raises NotAFlowError. */
export function asDefinition(value: unknown): Definition {
  checkDefinition(value as Json, []);
  return value as Definition;
}

/** Of the text of a file. Raises UnreadableTextError or NotAFlowError. */
export const definitionOf = (text: string): Definition => asDefinition(valueOf(text));

/** The definition of the innermost loop of the scope; undefined if there is no such loop. */
export function scoped(definition: Definition, scope: Scope): Definition | undefined {
  return scope.reduce<Definition | undefined>((around, name) => {
    const inner = around?.nodes.find((node) => node.name === name)?.configuration?.["loop"];
    return isObject(inner) && isObject(inner["definition"]) ? (inner["definition"] as unknown as Definition) : undefined;
  }, definition);
}

/** The definition with another one at this scope. */
export function withScoped(definition: Definition, scope: Scope, change: (inner: Definition) => Definition): Definition {
  const [name, ...rest] = scope;
  if (name === undefined) return change(definition);
  const nodes = definition.nodes.map((node) => {
    const inner = node.name === name ? scoped(definition, [name]) : undefined;
    if (!inner) return node;
    const loop = { ...(node.configuration!["loop"] as object), definition: withScoped(inner, rest, change) };
    return { ...node, configuration: { ...node.configuration, loop: loop as unknown as Json } };
  });
  return { ...definition, nodes };
}

/** Leads to a definition in the value of the file. */
export function pathOf(definition: Definition, scope: Scope): Path {
  const path: Path = [];
  let around: Definition | undefined = definition;
  for (const name of scope) {
    const index: number = around?.nodes.findIndex((node) => node.name === name) ?? -1;
    if (index < 0) break;
    path.push("nodes", index, "configuration", "loop", "definition");
    around = around && scoped(around, [name]);
  }
  return path;
}

/** All definitions: the flow's own and those of its loops. */
export function* everyScope(definition: Definition, scope: Scope = []): Generator<{ scope: Scope; definition: Definition }> {
  yield { scope, definition };
  for (const { name } of definition.nodes) {
    const inner = scoped(definition, [name]);
    if (inner) yield* everyScope(inner, [...scope, name]);
  }
}

export const conditionsOf = (node: FlowNode): Condition[] => {
  const conditions = (node.configuration?.["condition"] as { conditions?: Json } | undefined)?.conditions;
  return Array.isArray(conditions) ? (conditions.filter(isNamed) as unknown as Condition[]) : [];
};

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNamed = (value: Json): boolean => isObject(value) && typeof value["name"] === "string";

function checkDefinition(value: Json, path: Path): void {
  if (!isObject(value)) throw new NotAFlowError("object", path);
  for (const list of ["nodes", "connections"]) {
    if (!Array.isArray(value[list])) throw new NotAFlowError(list, path);
  }
  (value["nodes"] as Json[]).forEach((node, index) => checkNode(node, [...path, "nodes", index]));
  (value["connections"] as Json[]).forEach((connection, index) => {
    const at = [...path, "connections", index];
    checkTexts(connection, ["name", "source", "target", "type"], at);
    checkObjects(connection, ["configuration"], at);
    const { configuration } = connection as { configuration?: Json };
    checkObjects(configuration ?? {}, ["data", "conditional"], [...at, "configuration"]);
  });
}

function checkNode(node: Json, path: Path): void {
  checkTexts(node, ["name", "type"], path);
  checkObjects(node, ["configuration"], path);
  const { inputs = [], outputs = [], configuration } = node as { [name: string]: Json };
  for (const [name, ports] of Object.entries({ inputs, outputs })) {
    if (!Array.isArray(ports)) throw new NotAFlowError(name, path);
    ports.forEach((port, index) => checkTexts(port, ["name"], [...path, name, index]));
  }
  const loop = (configuration as { loop?: Json } | undefined)?.loop;
  if (isObject(loop) && loop["definition"] !== undefined) {
    checkDefinition(loop["definition"], [...path, "configuration", "loop", "definition"]);
  }
}

function checkTexts(value: Json, names: string[], path: Path): void {
  if (!isObject(value)) throw new NotAFlowError("object", path);
  const wrong = names.find((name) => typeof value[name] !== "string");
  if (wrong !== undefined) throw new NotAFlowError(wrong, path);
}

function checkObjects(value: Json, names: string[], path: Path): void {
  const wrong = names.find((name) => (value as { [name: string]: Json })[name] !== undefined && !isObject((value as { [name: string]: Json })[name]));
  if (wrong !== undefined) throw new NotAFlowError(wrong, path);
}
