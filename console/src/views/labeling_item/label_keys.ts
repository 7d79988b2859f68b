/** What a key means on the page. `by` counts milliseconds; a frame is a frame. */
export type Command =
  | { do: "play" | "mark" | "cancel" | "split" | "merge" | "remove" | "undo" | "redo" | "loop" | "help" | "save" | "submit" | "leave" }
  | { do: "next" | "previous" | "accept" | "reject" | "swapEdge" | "zoomIn" | "zoomOut" | "zoomTo" | "zoomAll" | "replayBefore" | "replayAfter" | "replayAround" }
  | { do: "nextTrack" | "edit" | "edgeHere" | "slower" | "faster" | "nextSuggestion" | "scrollLeft" | "scrollRight" }
  | { do: "nudge" | "move" | "seek"; by: number }
  | { do: "frame" | "seekFrame"; by: number }
  | { do: "category"; key?: string; name?: string };

export type Group = "playing" | "marking" | "edges" | "fields" | "suggestions" | "view" | "work";

/** A key, as the list of keys shows it, and what it does. */
export interface Key {
  keys: string[];
  group: Group;
  name: string;
  command: Command;
  video?: true;
}

const key = (group: Group, name: string, command: Command, ...keys: string[]): Key => ({ group, name, command, keys });
const ofVideo = (each: Key): Key => ({ ...each, video: true });

/** The keys of categories are the task's own: `keyOfCategory`. */
export const KEYS: readonly Key[] = [
  key("playing", "play", { do: "play" }, "Space"),
  key("playing", "loop", { do: "loop" }, "l"),
  key("playing", "replayBefore", { do: "replayBefore" }, "q"),
  key("playing", "replayAfter", { do: "replayAfter" }, "w"),
  key("playing", "replayAround", { do: "replayAround" }, "r"),
  key("playing", "slower", { do: "slower" }, "-"),
  key("playing", "faster", { do: "faster" }, "+", "="),
  key("playing", "back", { do: "seek", by: -1000 }, "j"),
  key("playing", "forward", { do: "seek", by: 1000 }, "k"),
  ofVideo(key("playing", "frameBack", { do: "seekFrame", by: -1 }, "<")),
  ofVideo(key("playing", "frameForward", { do: "seekFrame", by: 1 }, ">")),
  key("marking", "mark", { do: "mark" }, "b"),
  key("marking", "cancel", { do: "cancel" }, "Escape"),
  key("marking", "next", { do: "next" }, "ArrowDown", "n"),
  key("marking", "previous", { do: "previous" }, "ArrowUp", "p"),
  key("marking", "nextTrack", { do: "nextTrack" }, "t"),
  key("marking", "split", { do: "split" }, "s"),
  key("marking", "merge", { do: "merge" }, "m"),
  key("marking", "remove", { do: "remove" }, "Delete", "Backspace"),
  key("edges", "swapEdge", { do: "swapEdge" }, "o"),
  key("edges", "edgeHere", { do: "edgeHere" }, "h"),
  key("edges", "earlier10", { do: "nudge", by: -10 }, "ArrowLeft"),
  key("edges", "later10", { do: "nudge", by: 10 }, "ArrowRight"),
  key("edges", "earlier1", { do: "nudge", by: -1 }, "Alt+ArrowLeft"),
  key("edges", "later1", { do: "nudge", by: 1 }, "Alt+ArrowRight"),
  key("edges", "earlier100", { do: "nudge", by: -100 }, "Shift+ArrowLeft"),
  key("edges", "later100", { do: "nudge", by: 100 }, "Shift+ArrowRight"),
  ofVideo(key("edges", "frameEarlier", { do: "frame", by: -1 }, ",")),
  ofVideo(key("edges", "frameLater", { do: "frame", by: 1 }, ".")),
  key("edges", "moveEarlier", { do: "move", by: -10 }, "Ctrl+ArrowLeft"),
  key("edges", "moveLater", { do: "move", by: 10 }, "Ctrl+ArrowRight"),
  key("fields", "edit", { do: "edit" }, "Enter"),
  key("suggestions", "nextSuggestion", { do: "nextSuggestion" }, "g"),
  key("suggestions", "accept", { do: "accept" }, "a"),
  key("suggestions", "reject", { do: "reject" }, "x"),
  key("view", "zoomIn", { do: "zoomIn" }, "i"),
  key("view", "zoomOut", { do: "zoomOut" }, "u"),
  key("view", "zoomTo", { do: "zoomTo" }, "z"),
  key("view", "zoomAll", { do: "zoomAll" }, "f"),
  key("view", "scrollLeft", { do: "scrollLeft" }, "PageUp"),
  key("view", "scrollRight", { do: "scrollRight" }, "PageDown"),
  key("work", "undo", { do: "undo" }, "Ctrl+z"),
  key("work", "redo", { do: "redo" }, "Ctrl+y", "Ctrl+Shift+Z"),
  key("work", "save", { do: "save" }, "Ctrl+s"),
  key("work", "submit", { do: "submit" }, "Ctrl+Enter"),
  key("work", "help", { do: "help" }, "?"),
];

const BY_KEY = new Map(KEYS.flatMap(({ keys, command }) => keys.map((each) => [each, command] as const)));

/** How a category is chosen: by its key, with Shift where the page has the key already. */
export function keyOfCategory(key: string | undefined): string | undefined {
  if (key === undefined || !BY_KEY.has(key)) return key;
  return `Shift+${key.toUpperCase()}`;
}

type Pressed = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "target">;

/** These count in a field too. */
const IN_FIELDS = new Set(["Ctrl+s", "Ctrl+Enter"]);

export function labelKey(pressed: Pressed, categories: ReadonlySet<string>): Command | undefined {
  const name = nameOf(pressed);
  if (isTypedInto(pressed.target, name)) {
    if (name === "Escape") return { do: "leave" };
    if (!IN_FIELDS.has(name)) return undefined;
  }
  const found = BY_KEY.get(name);
  if (found) return found;
  return categories.has(name) ? { do: "category", key: name } : undefined;
}

function nameOf({ key, altKey, ctrlKey, metaKey, shiftKey }: Pressed): string {
  const plain = key === " " ? "Space" : key;
  // What Shift makes of a sign is in the sign already.
  const shift = shiftKey && (plain.length > 1 || /^[A-Z]$/.test(plain));
  return [(ctrlKey || metaKey) && "Ctrl", altKey && "Alt", shift && "Shift", plain].filter(Boolean).join("+");
}

/** Where a key has a meaning of its own: in fields all of them, on buttons those that press them. */
function isTypedInto(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [role=listbox], [role=combobox], [role=dialog], [role=slider], [aria-haspopup]")) return true;
  if (target.closest("input")) return name === "Space" || name.startsWith("Arrow");
  return target.closest("button, a, [role=button]") !== null && (name === "Space" || name === "Enter");
}
