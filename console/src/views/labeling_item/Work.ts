import { back, begin, changedBy, forth, type History } from "./history";
import type { Change, Label } from "./label";
import type { Saver, SaverState } from "./Saver";

/** The label of one item while it is worked on: each change can be undone, and is saved. */
export class Work {
  readonly saver: Saver;
  #history: History;
  readonly #listeners = new Set<() => void>();
  #seen: Seen;

  constructor(saver: Saver) {
    this.saver = saver;
    this.#history = begin(saver.state.draft.label);
    this.#seen = this.#look();
    saver.subscribe(() => this.#tell());
  }

  /** The same object until something changes, as React wants it. */
  get seen(): Seen {
    return this.#seen;
  }

  get label(): Label {
    return this.#history.label;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(change: Change): void {
    this.#follow({ change, history: changedBy(this.#history, change) });
  }

  /** The segment that changed by it, if it is one. */
  undo(): string | undefined {
    return this.#follow(back(this.#history));
  }

  redo(): string | undefined {
    return this.#follow(forth(this.#history));
  }

  resolve(label: Label): void {
    this.#history = begin(label);
    this.saver.resolve(label);
  }

  #follow(step: { change: Change; history: History } | undefined): string | undefined {
    if (!step) return undefined;
    this.#history = step.history;
    this.saver.change(step.change, step.history.label);
    return step.change.segment;
  }

  #look(): Seen {
    const { label, undo, redo } = this.#history;
    return { ...this.saver.state, label, canUndo: undo.length > 0, canRedo: redo.length > 0 };
  }

  #tell(): void {
    this.#seen = this.#look();
    for (const listener of this.#listeners) listener();
  }
}

interface Seen extends SaverState {
  label: Label;
  canUndo: boolean;
  canRedo: boolean;
}
