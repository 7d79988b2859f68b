import { findNodeAtLocation, type JSONPath, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Path = JSONPath;

/** The text is no JSON, or not JSON that everybody reads alike. */
export class UnreadableTextError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** The value of a JSON text. A name that an object has twice is refused: readers differ on which one counts. */
export function valueOf(text: string): Json {
  const errors: ParseError[] = [];
  const tree = treeOf(text, errors);
  const [error] = errors;
  if (!tree || error) {
    const at = error?.offset ?? 0;
    throw new UnreadableTextError(error ? printParseErrorCode(error.error) : "ValueExpected", lineAt(text, at));
  }
  const twice = repeatedName(tree);
  if (twice) throw new UnreadableTextError(`RepeatedName: ${twice.value}`, lineAt(text, twice.offset));
  return JSON.parse(text.replace(/^\uFEFF/, ""));
}

/**
 * The text with another value, changed only where the value differs: what nobody edited keeps every byte, also numbers
 * that JavaScript would write otherwise. What is new is written in the style of its neighbours.
 */
export function written(text: string, value: Json): string {
  return change(text, [], valueOf(text), value);
}

/** The line on which the value at this path begins, or the innermost one around it that exists. The first line is 1. */
export function lineOf(text: string, path: Path): number {
  const tree = treeOf(text);
  for (let length = path.length; tree && length >= 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    // A property begins with its name.
    if (node) return lineAt(text, node.parent?.type === "property" ? node.parent.offset : node.offset);
  }
  return 1;
}

export function sameValue(one: Json | undefined, other: Json | undefined): boolean {
  if (Object.is(one, other)) return true;
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return (
    names.length === others.length &&
    names.every((name) => Object.hasOwn(other, name) && sameValue((one as Named)[name], (other as Named)[name]))
  );
}

type Named = { [name: string]: Json };

const isContainer = (value: Json | undefined): value is Json[] | Named => typeof value === "object" && value !== null;

// Its offsets count from the beginning of the text, so a mark of the byte order stays a blank.
function treeOf(text: string, errors: ParseError[] = []): Node | undefined {
  return parseTree(text.replace(/^\uFEFF/, " "), errors, { disallowComments: true, allowTrailingComma: false });
}

function repeatedName(node: Node): Node | undefined {
  const names = new Set<string>();
  for (const child of node.children ?? []) {
    if (child.type === "property") {
      const name = child.children![0]!;
      if (names.has(name.value)) return name;
      names.add(name.value);
    }
    const found = repeatedName(child);
    if (found) return found;
  }
  return undefined;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\n|\r/).length;
}

function change(text: string, path: Path, before: Json, after: Json): string {
  if (sameValue(before, after)) return text;
  if (Array.isArray(before) && Array.isArray(after)) return changeItems(text, path, before, after);
  if (isContainer(before) && isContainer(after) && !Array.isArray(before) && !Array.isArray(after)) {
    let changed = text;
    for (const name of Object.keys(before)) {
      if (!Object.hasOwn(after, name)) changed = removed(changed, [...path, name]);
      else changed = change(changed, [...path, name], before[name]!, after[name]!);
    }
    for (const name of Object.keys(after)) {
      if (!Object.hasOwn(before, name)) changed = inserted(changed, path, undefined, after[name]!, name);
    }
    return changed;
  }
  return replaced(text, path, after);
}

/** Items that stay at the beginning and at the end are left alone; those between are changed in pairs. */
function changeItems(text: string, path: Path, before: Json[], after: Json[]): string {
  let first = 0;
  while (first < Math.min(before.length, after.length) && sameValue(before[first], after[first])) first += 1;
  let rest = 0;
  while (
    rest < Math.min(before.length, after.length) - first &&
    sameValue(before[before.length - 1 - rest], after[after.length - 1 - rest])
  ) {
    rest += 1;
  }
  const [end, newEnd] = [before.length - rest, after.length - rest];
  let changed = text;
  for (let at = end - 1; at >= newEnd; at -= 1) if (at >= first) changed = removed(changed, [...path, at]);
  for (let at = first; at < Math.min(end, newEnd); at += 1) changed = change(changed, [...path, at], before[at]!, after[at]!);
  for (let at = end; at < newEnd; at += 1) changed = inserted(changed, path, at, after[at]!);
  return changed;
}

/** With the comma and the blanks that it leaves over. */
function removed(text: string, path: Path): string {
  const value = findNodeAtLocation(treeOf(text)!, path)!;
  const node = value.parent!.type === "property" ? value.parent! : value;
  const container = node.parent!;
  const siblings = container.children!;
  const at = siblings.indexOf(node);
  const [before, after] = [siblings[at - 1], siblings[at + 1]];
  if (after) return splice(text, node.offset, after.offset - node.offset, "");
  if (before) return splice(text, endOf(before), endOf(node) - endOf(before), "");
  return splice(text, container.offset, container.length, container.type === "array" ? "[]" : "{}");
}

function replaced(text: string, path: Path, value: Json): string {
  const node = findNodeAtLocation(treeOf(text)!, path)!;
  return splice(text, node.offset, node.length, overLines(value, text, indentAt(text, node.offset)));
}

/** `at` is the index of an item that is not the last one; otherwise it is added at the end. */
function inserted(text: string, path: Path, at: number | undefined, value: Json, name?: string): string {
  const container = findNodeAtLocation(treeOf(text)!, path)!;
  const children = container.children ?? [];
  const prefix = name === undefined ? "" : `${JSON.stringify(name)}: `;
  if (!children.length && !/[\r\n]/.test(text.trim())) {
    const [open, close] = container.type === "array" ? "[]" : "{}";
    return splice(text, container.offset, container.length, open + prefix + onLine(value, "") + close);
  }
  if (!children.length) {
    const indent = indentAt(text, container.offset);
    const [open, close] = container.type === "array" ? "[]" : "{}";
    const inner = indent + unitOf(text);
    const end = lineEndOf(text);
    const content = `${open}${end}${inner}${prefix}${overLines(value, text, inner)}${end}${indent}${close}`;
    return splice(text, container.offset, container.length, content);
  }
  const neighbour = children[Math.min(at ?? Infinity, children.length - 1)]!;
  // What stands between the neighbour and what is before it: a line of its own, or a blank.
  const gap = /\s*$/.exec(text.slice(0, neighbour.offset))![0];
  const ownLine = /[\r\n]/.test(gap);
  const entry =
    prefix +
    (ownLine && !onOneLine(text, neighbour)
      ? overLines(value, text, indentAt(text, neighbour.offset))
      : onLine(value, text.slice(neighbour.offset)));
  if (at !== undefined && at < children.length) return splice(text, neighbour.offset, 0, `${entry},${ownLine ? gap : " "}`);
  return splice(text, endOf(neighbour), 0, `,${ownLine ? gap : " "}${entry}`);
}

// An object or array that is written on one line. Of a simple value nothing can be told.
function onOneLine(text: string, node: Node): boolean {
  const value = node.type === "property" ? node.children![1]! : node;
  return !!value.children?.length && !/[\r\n]/.test(text.slice(value.offset, value.offset + value.length));
}

function overLines(value: Json, text: string, indent: string): string {
  return JSON.stringify(value, null, unitOf(text)).replace(/\n/g, lineEndOf(text) + indent);
}

/** On one line, with blanks inside of the braces if the neighbour has them. */
function onLine(value: Json, neighbour: string): string {
  const blank = /^[[{] /.test(neighbour) ? " " : "";
  const write = (each: Json): string => {
    if (Array.isArray(each)) return `[${each.map(write).join(", ")}]`;
    if (!isContainer(each)) return JSON.stringify(each);
    const entries = Object.entries(each).map(([name, inner]) => `${JSON.stringify(name)}: ${write(inner)}`);
    return entries.length ? `{${blank}${entries.join(", ")}${blank}}` : "{}";
  };
  return write(value);
}

const indentAt = (text: string, offset: number) => /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))![0];
const unitOf = (text: string) => /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
const endOf = (node: Node) => node.offset + node.length;
const lineEndOf = (text: string) => (text.includes("\r\n") ? "\r\n" : "\n");
const splice = (text: string, offset: number, length: number, content: string) =>
  text.slice(0, offset) + content + text.slice(offset + length);
