import { useState } from "react";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";
import { faultsOf, type Place, type TaskSchema } from "./task_schema";
import type { Work } from "./Work";

interface Around {
  /** Before anything is sent. */
  begin?: () => void;
  /** Called when everything is saved and nothing is missing. */
  onSubmit: () => Promise<void>;
  /** The first thing that is missing or wrong. */
  onFault: (fault: Place) => void;
}

/** Submits a label once it is complete and saved. `complete` tells that what is missing is to be shown. */
export function useSubmit(work: Work, schema: TaskSchema, { begin, onSubmit, onFault }: Around) {
  const t = useMessages(messages);
  const [complete, setComplete] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [submitting, setSubmitting] = useState(false);
  async function submit() {
    if (submitting) return;
    setFailure(undefined);
    setComplete(true);
    const [fault] = faultsOf(schema, work.label);
    if (fault) return onFault(fault);
    setSubmitting(true);
    try {
      begin?.();
      if (await work.saver.flush()) await onSubmit();
      else if (!work.saver.state.draft.conflict) setFailure(work.saver.state.status === "refused" ? work.saver.state.error : new Error(t.notSent));
    } catch (error) {
      setFailure(error);
    } finally {
      setSubmitting(false);
    }
  }
  return { complete, failure, setFailure, submitting, submit: () => void submit() };
}
