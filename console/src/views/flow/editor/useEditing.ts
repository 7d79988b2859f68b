import { useCallback, useMemo, useState } from "react";
import type { Schemas } from "../../../api/client";
import { type Definition, definitionOf, NotAFlowError, type Scope, scoped } from "../../../flow_file/definition";
import { type Draft, sameDraft, withDefinition, withMoved } from "../../../flow_file/draft";
import { begin, changed, redone, undone } from "../../../flow_file/history";
import { lineOf, UnreadableTextError } from "../../../flow_file/json_text";
import type { Positions } from "../../../flow_file/layout";

type File = Schemas["FlowFile"];

const draftOf = ({ text, layout }: File): Draft => ({ text, layout });

/** The file that was loaded, what became of it since, and the loop that is shown. */
export function useEditing(loaded: File) {
  const [saved, setSaved] = useState(loaded);
  const [history, setHistory] = useState(() => begin(draftOf(loaded)));
  const [wanted, setScope] = useState<Scope>([]);
  const draft = history.present;
  const read = useMemo(() => readText(draft.text), [draft.text]);
  // A loop can be undone while it is shown.
  const scope = useMemo(() => (read.whole && scoped(read.whole, wanted) ? wanted : []), [read, wanted]);

  /** A change with a mark joins the last one with the same mark, as one step to undo. */
  const apply = useCallback(
    (change: (definition: Definition) => Definition, mark?: string, moved?: Positions) =>
      setHistory((before) => {
        const after = withDefinition(before.present, scope, change);
        const next = moved ? withMoved(after, moved) : after;
        return sameDraft(before.present, next) ? before : changed(before, next, mark);
      }),
    [scope],
  );
  const move = useCallback(
    (moved: Positions, mark?: string) => setHistory((before) => changed(before, withMoved(before.present, moved), mark)),
    [],
  );
  /** What the server has now. Where it is not what is edited, that is a step to undo. */
  const adopt = useCallback((file: File) => {
    setSaved(file);
    setHistory((before) => (sameDraft(before.present, file) ? { ...before, mark: undefined } : changed(before, draftOf(file))));
  }, []);

  return {
    saved,
    setSaved,
    adopt,
    draft,
    /** The whole flow; undefined where the text is none. */
    whole: read.whole,
    problem: read.problem,
    scope,
    setScope,
    definition: read.whole && scoped(read.whole, scope),
    isChanged: !sameDraft(draft, draftOf(saved)),
    apply,
    move,
    undo: history.past.length ? () => setHistory(undone) : undefined,
    redo: history.future.length ? () => setHistory(redone) : undefined,
  };
}

export type EditingState = ReturnType<typeof useEditing>;

function readText(text: string): { whole?: Definition; problem?: { message: string; line: number } } {
  try {
    return { whole: definitionOf(text) };
  } catch (error) {
    if (error instanceof UnreadableTextError) return { problem: { message: error.message, line: error.line } };
    if (error instanceof NotAFlowError) return { problem: { message: error.message, line: lineOf(text, error.path) } };
    throw error;
  }
}
