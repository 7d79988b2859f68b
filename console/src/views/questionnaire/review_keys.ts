export type ReviewKey = "next" | "previous" | "approve" | "edit";

const KEYS: Record<string, ReviewKey> = { n: "next", p: "previous", a: "approve", e: "edit" };

type Pressed = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "target">;

/** What a key means in a review. Keys that are typed into a field, or pressed with others, mean nothing. */
export function reviewKey({ key, altKey, ctrlKey, metaKey, target }: Pressed): ReviewKey | undefined {
  if (altKey || ctrlKey || metaKey) return undefined;
  if (target instanceof Element && target.closest("input, textarea, select, [role=listbox], [contenteditable]")) return undefined;
  return KEYS[key.toLowerCase()];
}
