import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Schemas } from "../../api/client";
import { useLanguage, useMessages } from "../../i18n/language";
import { FieldControls } from "./FieldControl";
import { withClip } from "./label";
import { labelKey } from "./label_keys";
import { MergeDialog } from "./MergeDialog";
import { messages } from "./messages";
import { faultsOf, fieldsOf, type TaskSchema } from "./task_schema";
import { Texts } from "./Texts";
import { useSubmit } from "./useSubmit";
import type { Work } from "./Work";
import { WorkHeader } from "./WorkHeader";

interface Props {
  schema: TaskSchema;
  text: Schemas["LabelText"];
  work: Work;
  title: string;
  note: string | undefined;
  onSubmit: () => Promise<void>;
  onRelease: () => void;
}

/** A text with a form: the label of an item that is not played. */
export function TextEditor({ schema, text, work, title, note, onSubmit, onRelease }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const { label, draft } = useSyncExternalStore(work.subscribe, () => work.seen);
  const box = useRef<HTMLDivElement>(null);
  const { complete, failure, setFailure, submitting, submit } = useSubmit(work, schema, {
    onSubmit,
    onFault: () => box.current?.querySelector("#label-faults")?.scrollIntoView?.({ block: "nearest" }),
  });
  const fields = useMemo(() => fieldsOf(schema.clip, language), [schema, language]);
  const latest = useRef(submit);
  latest.current = submit;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const here = event.target === document.body || (event.target instanceof Node && box.current?.contains(event.target));
      const found = here && !event.defaultPrevented && !event.isComposing ? labelKey(event, new Set()) : undefined;
      if (found?.do === "submit") latest.current();
      else if (found?.do === "save") void work.saver.flush();
      else if (found?.do === "undo") work.undo();
      else if (found?.do === "redo") work.redo();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [work]);
  return (
    <div ref={box} role="region" aria-label={t.textEditor}>
      <SpaceBetween size="s">
        <WorkHeader
          title={title}
          work={work}
          note={note}
          faults={complete ? faultsOf(schema, label).length : 0}
          failure={failure}
          onClose={() => setFailure(undefined)}
          submitting={submitting}
          onSubmit={submit}
          onUndo={() => void work.undo()}
          onRedo={() => void work.redo()}
          onRelease={onRelease}
        />
        <Texts of={text}>
          <FieldControls fields={fields} values={label.clip} complete={complete} onChange={(name, value) => work.change(withClip(name, value))} />
        </Texts>
      </SpaceBetween>
      {draft.conflict && <MergeDialog schema={schema} mine={label} theirs={draft.conflict} onMerge={(merged) => work.resolve(merged)} />}
    </div>
  );
}
