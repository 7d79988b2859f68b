/** The states of what is edited. */
export interface History<T> {
  past: T[];
  present: T;
  future: T[];
  /** What the last change was part of: changes with the same mark are one step. */
  mark?: string | undefined;
}

const MOST = 500;

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [] });

/** A change with the mark of the last one, such as the next letter of a name, is undone together with it. */
export function changed<T>(history: History<T>, present: T, mark?: string): History<T> {
  if (mark !== undefined && mark === history.mark) return { ...history, present, future: [] };
  return { past: [...history.past, history.present].slice(-MOST), present, future: [], mark };
}

export function undone<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  const last = past.at(-1);
  return last === undefined ? history : { past: past.slice(0, -1), present: last, future: [present, ...future] };
}

export function redone<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  const [next, ...rest] = future;
  return next === undefined ? history : { past: [...past, present], present: next, future: rest };
}
