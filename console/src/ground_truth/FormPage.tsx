import Box from "@cloudscape-design/components/box";
import { useCallback, useMemo } from "react";
import { ApiError } from "../api/client";
import { useLanguage, useMessages } from "../i18n/language";
import { ClipElement } from "../views/labeling_item/ClipElement";
import { Editor } from "../views/labeling_item/Editor";
import { withFrames } from "../views/labeling_item/label";
import { ManifestLine } from "../views/labeling_item/ManifestLine";
import { titleOf } from "../views/labeling_item/task_schema";
import { type ClipLinks, useClip } from "../views/labeling_item/useClip";
import type { Work } from "../views/labeling_item/Work";
import { fill, inputsOf } from "./form_answer";
import type { FormTask } from "./form_task";
import { messages } from "./messages";

interface Props {
  task: FormTask;
  work: Work;
  form: CrowdForm;
}

/** Amazon's element, which sends what the inputs in it have. */
export interface CrowdForm extends HTMLElement {
  submit(): void;
}

/** The page of one item in a worker's portal. It has no API: the work is on the device until the form is sent. */
export function FormPage({ task, work, form }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const { media, schema } = task;
  // Only the portal makes links: the page is to be loaded again.
  const links = useMemo((): ClipLinks => ({ here: (url) => url, fresh: () => Promise.reject(new ApiError(t.linksExpired)) }), [t]);
  const { element, player, sound, clip, error } = useClip(media, links);
  const submit = useCallback(async () => {
    const label = { ...withFrames(work.label, media.frame_rate, media.offset_us), ended_at: new Date().toISOString() };
    fill(form.querySelector<HTMLElement>("#answer")!, inputsOf(label, schema));
    // Another person may work at this device. Once the form is sent, the page is left, and a change of what is kept may be lost.
    await work.saver.forget();
    form.submit();
  }, [work, media, schema, form]);
  return (
    <Box padding="l">
      <ClipElement kind={media.kind} element={element} error={error} />
      {player && (
        <Editor
          schema={schema}
          clip={clip}
          suggestions={task.suggestions}
          work={work}
          player={player}
          sound={sound}
          title={titleOf(schema.title, language, schema.name)}
          note={undefined}
          onSubmit={submit}
          local
        />
      )}
      <ManifestLine of={task.input} />
    </Box>
  );
}
