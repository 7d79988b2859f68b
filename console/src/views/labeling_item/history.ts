import { apply, type Change, type Edit, inverse, type Label } from "./label";

/** A label, with what undo and redo need. */
export interface History {
  label: Label;
  undo: Step[];
  redo: Step[];
}

interface Step {
  edit: Edit;
  segment?: string | undefined;
  together?: string | undefined;
}

/** As many steps can be undone. */
const MOST = 500;

export const begin = (label: Label): History => ({ label, undo: [], redo: [] });

export function changedBy({ label, undo, redo }: History, { edit, segment, together }: Change): History {
  const now = apply(label, edit);
  const last = undo.at(-1);
  if (together !== undefined && last?.together === together && redo.length === 0) return { label: now, undo, redo };
  return { label: now, undo: [...undo.slice(1 - MOST), { edit: inverse(label, edit), segment, together }], redo: [] };
}

/** The change that undo or redo is, and the history after it. */
export function back({ label, undo, redo }: History): { change: Change; history: History } | undefined {
  const step = undo.at(-1);
  if (!step) return undefined;
  const again = { edit: inverse(label, step.edit), segment: step.segment };
  return { change: { kind: "undone", ...named(step) }, history: { label: apply(label, step.edit), undo: undo.slice(0, -1), redo: [...redo, again] } };
}

export function forth({ label, undo, redo }: History): { change: Change; history: History } | undefined {
  const step = redo.at(-1);
  if (!step) return undefined;
  const again = { edit: inverse(label, step.edit), segment: step.segment };
  return { change: { kind: "redone", ...named(step) }, history: { label: apply(label, step.edit), undo: [...undo, again], redo: redo.slice(0, -1) } };
}

const named = ({ edit, segment }: Step) => ({ edit, ...(segment === undefined ? {} : { segment }) });
