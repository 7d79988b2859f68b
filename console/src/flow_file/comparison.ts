import type { Definition } from "./definition";
import { type Json, sameValue } from "./json_text";

/** A node or connection that two definitions do not have alike; undefined where one lacks it. */
export interface Difference {
  kind: "node" | "connection";
  name: string;
  one: unknown;
  other: unknown;
}

/** By name, whatever the order in the files is. */
export function differencesOf(one: Definition, other: Definition): Difference[] {
  const within = (kind: Difference["kind"], ones: { name: string }[], others: { name: string }[]): Difference[] => {
    const [mine, theirs] = [byName(ones), byName(others)];
    return [...new Set([...mine.keys(), ...theirs.keys()])]
      .filter((name) => !sameValue(mine.get(name) as Json | undefined, theirs.get(name) as Json | undefined))
      .map((name) => ({ kind, name, one: mine.get(name), other: theirs.get(name) }));
  };
  return [...within("node", one.nodes, other.nodes), ...within("connection", one.connections, other.connections)];
}

const byName = (things: { name: string }[]): Map<string, unknown> => new Map(things.map((each) => [each.name, each]));
