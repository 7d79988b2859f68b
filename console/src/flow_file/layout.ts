import type { Definition } from "./definition";
import { type Json, valueOf, written } from "./json_text";

export interface Position {
  x: number;
  y: number;
}
/** Where nodes are on the canvas, by name. */
export type Positions = Record<string, Position>;

const EMPTY = '{\n  "nodes": {}\n}\n';

/** Positions of a layout file; what is no position is left out. */
export function positionsOf(text: string): Positions {
  try {
    return positionsIn(valueOf(text));
  } catch {
    // The positions are lost, and the nodes are arranged.
    return {};
  }
}

export function positionsIn(layout: unknown): Positions {
  const nodes = (layout as { nodes?: unknown } | null)?.nodes;
  if (typeof nodes !== "object" || nodes === null) return {};
  return Object.fromEntries(Object.entries(nodes).filter((entry): entry is [string, Position] => isPosition(entry[1])));
}

/** The text of the layout file with other positions, which is changed nowhere else. */
export function withPositions(text: string, positions: Positions): string {
  let value: Json;
  try {
    value = valueOf(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError();
  } catch {
    [text, value] = [EMPTY, { nodes: {} }];
  }
  return written(text, { ...(value as object), nodes: positions as unknown as Json });
}

/** A position keeps its node when the node is renamed, and goes when it is removed. */
export function followed(positions: Positions, before: Definition, after: Definition): Positions {
  const [had, has] = [new Set(before.nodes.map((node) => node.name)), new Set(after.nodes.map((node) => node.name))];
  const gone = [...had].filter((name) => !has.has(name));
  const come = [...has].filter((name) => !had.has(name));
  const renamed = before.nodes.length === after.nodes.length && gone.length === 1 && come.length === 1;
  return Object.fromEntries(
    Object.entries(positions).flatMap(([name, position]) => {
      if (!gone.includes(name)) return [[name, position]];
      return renamed ? [[come[0]!, position]] : [];
    }),
  );
}

const isPosition = (value: unknown): value is Position =>
  Number.isFinite((value as Position | null)?.x) && Number.isFinite((value as Position | null)?.y);
