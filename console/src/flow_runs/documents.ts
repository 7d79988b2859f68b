import type { Schemas } from "../api/client";

/** What a node is given or gives, to be read. */
export const textOf = (document: unknown): string =>
  typeof document === "string" ? document : (JSON.stringify(document, null, 2) ?? "");

/**
 * What somebody typed, as the input of this type takes it. Raises SyntaxError or TypeError if it is not of the type.
 */
export function documentOf(text: string, type: string | undefined): Schemas["FlowDocument"] {
  const wanted = type?.toLowerCase();
  if (wanted === undefined || wanted === "string") return text;
  const value: unknown = JSON.parse(text);
  const found = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  if (found !== wanted) throw new TypeError(`${found}, not ${wanted}`);
  return value as Schemas["FlowDocument"];
}
