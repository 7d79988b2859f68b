import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Textarea from "@cloudscape-design/components/textarea";
import { useEffect, useState } from "react";

interface Props {
  label: string;
  hint?: string;
  value: string;
  /** Of a field with several lines. */
  rows?: number | undefined;
  wrong?: (text: string) => string | undefined;
  onCommit: (text: string) => void;
}

/** A field whose text counts when the field is left, or with Enter: half a name is no name. A wrong one changes nothing. */
export function LateField({ label, hint, value, rows, wrong, onCommit }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const problem = wrong?.(text);
  const commit = () => {
    if (text !== value && !problem) onCommit(text);
  };
  const common = { value: text, onChange: ({ detail }: { detail: { value: string } }) => setText(detail.value), onBlur: commit };
  return (
    <FormField stretch label={label} constraintText={hint} errorText={text === value ? undefined : problem}>
      {rows === undefined ? (
        <Input {...common} onKeyDown={({ detail }) => detail.key === "Enter" && commit()} />
      ) : (
        <Textarea {...common} rows={rows} />
      )}
    </FormField>
  );
}
