import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Select from "@cloudscape-design/components/select";
import Textarea, { type TextareaProps } from "@cloudscape-design/components/textarea";
import { useEffect, useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { messages } from "./messages";

interface Props {
  item: Schemas["Item"];
  onSave: (changes: { completion: string; values?: string[] }) => Promise<boolean>;
  onCancel: () => void;
}

export function AnswerForm({ item, onSave, onCancel }: Props) {
  const t = useMessages(messages);
  const [completion, setCompletion] = useState(item.completion ?? "");
  const [values, setValues] = useState(item.values ?? []);
  const [busy, setBusy] = useState(false);
  const text = useRef<TextareaProps.Ref>(null);
  useEffect(() => text.current?.focus(), []);
  const options = (item.options ?? []).map((value) => ({ value, label: shown(value) }));
  const typed = item.kind !== "text";
  const tooLong = item.max_chars !== undefined && completion.length > item.max_chars;

  async function save() {
    setBusy(true);
    const done = await onSave({ completion, ...(typed ? { values } : {}) });
    if (!done) setBusy(false);
  }

  return (
    <SpaceBetween size="s">
      {typed && (
        <FormField label={t.values}>
          {item.kind === "choices" ? (
            <Multiselect
              options={options}
              selectedOptions={options.filter((each) => values.includes(each.value))}
              onChange={({ detail }) => setValues(detail.selectedOptions.map((each) => each.value!))}
            />
          ) : item.kind === "choice" ? (
            <Select
              options={options}
              selectedOption={options.find((each) => each.value === values[0]) ?? null}
              onChange={({ detail }) => setValues([detail.selectedOption.value!])}
            />
          ) : (
            <Input value={values[0] ?? ""} onChange={({ detail }) => setValues(detail.value ? [detail.value] : [])} />
          )}
        </FormField>
      )}
      <FormField
        label={typed ? t.explanation : t.answer}
        constraintText={item.max_chars === undefined ? undefined : t.limit(item.max_chars)}
      >
        <Textarea
          ref={text}
          value={completion}
          rows={8}
          invalid={tooLong}
          onChange={({ detail }) => setCompletion(detail.value)}
        />
      </FormField>
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="primary" loading={busy} disabled={tooLong} onClick={() => void save()}>
          {t.save}
        </Button>
        <Button onClick={onCancel}>{t.cancel}</Button>
      </SpaceBetween>
    </SpaceBetween>
  );
}
