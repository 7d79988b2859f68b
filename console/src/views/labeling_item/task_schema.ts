import type { Language } from "../../i18n/language";
import type { Fields, Label, Segment, Value } from "./label";

/** A text, or one for each language. */
export type Title = string | Partial<Record<Language, string>>;

export interface TaskSchema {
  name: string;
  version: string;
  title?: Title;
  media?: "audio" | "video" | "text";
  tracks: Track[];
  clip?: FieldsSchema;
}

export interface Track {
  name: string;
  title?: Title;
  categories: Category[];
  fields?: FieldsSchema;
}

export interface Category {
  name: string;
  title?: Title;
  color?: string;
  /** One character that chooses it. */
  key?: string;
}

interface FieldsSchema {
  properties?: Record<string, Property>;
  required?: string[];
}

interface Property {
  type?: string;
  enum?: string[];
  items?: { enum?: string[] };
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  title?: Title;
  titles?: Record<string, Title>;
  control?: string;
  /** The key of the manifest's line with which it begins. */
  from?: string;
}

interface Common {
  name: string;
  title: string;
  required: boolean;
}

interface Option {
  value: string;
  label: string;
}

/** A field as the form draws it. */
export type Field = Common &
  (
    | { kind: "text"; long: boolean; most?: number | undefined }
    | { kind: "choice"; options: Option[]; buttons: boolean }
    | { kind: "choices"; options: Option[] }
    | { kind: "number"; whole: boolean; least?: number | undefined; most?: number | undefined }
    | { kind: "stars"; least: number; most: number }
    | { kind: "yes" }
  );

export const titleOf = (title: Title | undefined, language: Language, name: string): string =>
  (typeof title === "string" ? title : (title?.[language] ?? title?.en ?? title?.de)) || name;

/** The fields of a schema, in its order. A property of a kind that is not known is left out: the API refuses such a schema. */
export function fieldsOf(schema: FieldsSchema | undefined, language: Language): Field[] {
  const required = new Set(schema?.required);
  return Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => {
    const common = { name, title: titleOf(property.title, language, name), required: required.has(name) };
    return fieldOf(property, common, language) ?? [];
  });
}

function fieldOf(property: Property, common: Common, language: Language): Field | undefined {
  const { type, enum: choices, items, minimum, maximum, maxLength, titles, control } = property;
  const options = (values: string[]) => values.map((value) => ({ value, label: titleOf(titles?.[value], language, value) }));
  if (choices) return { ...common, kind: "choice", options: options(choices), buttons: control === "buttons" };
  if (type === "array" && items?.enum) return { ...common, kind: "choices", options: options(items.enum) };
  if (type === "string") return { ...common, kind: "text", long: control === "text_area", most: maxLength };
  if (type === "boolean") return { ...common, kind: "yes" };
  if (type === "integer" && control === "stars") return { ...common, kind: "stars", least: minimum ?? 1, most: maximum ?? 5 };
  if (type === "integer" || type === "number") return { ...common, kind: "number", whole: type === "integer", least: minimum, most: maximum };
  return undefined;
}

/** The names of fields that hold free text. */
export const textsOf = (schema: FieldsSchema | undefined): Set<string> =>
  new Set(fieldsOf(schema, "en").flatMap(({ kind, name }) => (kind === "text" ? [name] : [])));

/** What fields of the clip begin with, from the line of the manifest. */
export function beginnings({ clip }: TaskSchema, input: Record<string, unknown>): Fields {
  const found: Fields = {};
  for (const [name, { from, type }] of Object.entries(clip?.properties ?? {})) {
    const value = from === undefined ? undefined : input[from];
    if (type === "string" && typeof value === "string" && value !== "") found[name] = value;
  }
  return found;
}

/** What a control gives, as it is stored: nothing instead of an empty text or list, or of what is not a number. */
export function stored(field: Field, given: unknown): Value | undefined {
  switch (field.kind) {
    case "text":
      return typeof given === "string" && given !== "" ? given : undefined;
    case "choice":
      return field.options.some(({ value }) => value === given) ? (given as string) : undefined;
    case "choices": {
      const chosen = field.options.map(({ value }) => value).filter((value) => Array.isArray(given) && given.includes(value));
      return chosen.length ? chosen : undefined;
    }
    case "number":
    case "stars": {
      const value = typeof given === "number" ? given : typeof given === "string" && given.trim() ? Number(given) : NaN;
      return Number.isFinite(value) ? value : undefined;
    }
    case "yes":
      return typeof given === "boolean" ? given : undefined;
  }
}

export type Fault = "missing" | "number" | "bounds" | "long";

/** What is wrong with a value, before the API tells. */
export function faultOf(field: Field, value: Value | undefined): Fault | undefined {
  if (value === undefined) return field.required ? "missing" : undefined;
  if (field.kind === "text" && field.most !== undefined && [...String(value)].length > field.most) return "long";
  if (field.kind !== "number" && field.kind !== "stars") return undefined;
  if (typeof value !== "number" || ((field.kind === "stars" || field.whole) && !Number.isInteger(value))) return "number";
  const { least = -Infinity, most = Infinity } = field;
  return value < least || value > most ? "bounds" : undefined;
}

/** Where something is missing or wrong: the segment, or none for the clip, and the field, or none for the category. */
export interface Place {
  segment?: string;
  field?: string;
  fault: Fault;
}

export function faultsOf(schema: TaskSchema, label: Label): Place[] {
  const found: Place[] = [];
  for (const field of fieldsOf(schema.clip, "en")) {
    const fault = faultOf(field, label.clip[field.name]);
    if (fault) found.push({ field: field.name, fault });
  }
  for (const segment of label.segments) {
    if (!categoryOf(schema, segment)) found.push({ segment: segment.id, fault: "missing" });
    for (const field of fieldsOf(trackOf(schema, segment.track)?.fields, "en")) {
      const fault = faultOf(field, segment.fields[field.name]);
      if (fault) found.push({ segment: segment.id, field: field.name, fault });
    }
  }
  return found;
}

export const trackOf = (schema: TaskSchema, name: string): Track | undefined => schema.tracks.find((track) => track.name === name);

export const categoryOf = (schema: TaskSchema, { track, category }: Pick<Segment, "track" | "category">): Category | undefined =>
  trackOf(schema, track)?.categories.find(({ name }) => name === category);
