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

const AROUND = 2;
const MORE = "…";

/** Of two texts, the lines from the first to the last that differ, with a few around them. */
export function differingLines(one: string, other: string): [string, string] {
  const [ones, others] = [one.split("\n"), other.split("\n")];
  const shorter = Math.min(ones.length, others.length);
  let first = 0;
  while (first < shorter && ones[first] === others[first]) first += 1;
  let rest = 0;
  while (rest < shorter - first && ones.at(-1 - rest) === others.at(-1 - rest)) rest += 1;
  const [from, after] = [Math.max(0, first - AROUND), Math.max(0, rest - AROUND)];
  const part = (lines: string[]) =>
    [...(from ? [MORE] : []), ...lines.slice(from, lines.length - after), ...(after ? [MORE] : [])].join("\n");
  return [part(ones), part(others)];
}

const byName = (things: { name: string }[]): Map<string, unknown> => new Map(things.map((each) => [each.name, each]));
