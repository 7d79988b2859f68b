import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import type { Fields, Value } from "./label";
import { messages } from "./messages";
import { faultOf, type Field, stored } from "./task_schema";

interface Props {
  fields: Field[];
  values: Fields;
  /** What is missing is told after a try to submit. */
  complete: boolean;
  readOnly?: boolean;
  onChange: (name: string, value: Value | undefined) => void;
}

/** A form, as the task's schema describes it. */
export function FieldControls({ fields, values, complete, readOnly = false, onChange }: Props) {
  const t = useMessages(messages);
  return (
    <SpaceBetween size="s">
      {fields.map((field) => {
        const fault = faultOf(field, values[field.name]);
        const told = fault && (fault !== "missing" || complete) ? t.faults[fault] : "";
        return (
          <FormField key={field.name} label={shown(field.title) + (field.required ? " *" : "")} errorText={told}>
            <FieldControl field={field} value={values[field.name]} readOnly={readOnly} onChange={(given) => onChange(field.name, stored(field, given))} />
          </FormField>
        );
      })}
    </SpaceBetween>
  );
}

interface ControlProps {
  field: Field;
  value: Value | undefined;
  readOnly: boolean;
  onChange: (given: unknown) => void;
}

function FieldControl({ field, value, readOnly, onChange }: ControlProps) {
  const t = useMessages(messages);
  switch (field.kind) {
    case "text": {
      const Control = field.long ? Textarea : Input;
      const text = typeof value === "string" ? value : "";
      // What another person wrote is shown, what is edited stays as it is.
      return <Control value={readOnly ? shown(text) : text} readOnly={readOnly} onChange={({ detail }) => onChange(detail.value)} />;
    }
    case "number":
      return <NumberControl value={value} readOnly={readOnly} onChange={onChange} />;
    case "stars": {
      const items = Array.from({ length: field.most - field.least + 1 }, (_, index) => String(field.least + index));
      return (
        <RadioGroup
          direction="horizontal"
          readOnly={readOnly}
          items={items.map((each) => ({ value: each, label: each }))}
          value={value === undefined ? null : String(value)}
          onChange={({ detail }) => onChange(detail.value)}
        />
      );
    }
    case "choice": {
      if (field.buttons) {
        const items = field.options.map((each) => ({ value: each.value, label: shown(each.label) }));
        return <RadioGroup readOnly={readOnly} items={items} value={typeof value === "string" ? value : null} onChange={({ detail }) => onChange(detail.value)} />;
      }
      const options = [{ value: "", label: t.noChoice }, ...field.options.map((each) => ({ ...each, label: shown(each.label) }))];
      return (
        <Select
          options={options}
          readOnly={readOnly}
          selectedOption={options.find((each) => each.value === (value ?? "")) ?? null}
          onChange={({ detail }) => onChange(detail.selectedOption.value)}
        />
      );
    }
    case "choices": {
      const chosen = Array.isArray(value) ? value : [];
      return field.options.map((each) => (
        <Checkbox
          key={each.value}
          readOnly={readOnly}
          checked={chosen.includes(each.value)}
          onChange={({ detail }) => onChange(detail.checked ? [...chosen, each.value] : chosen.filter((other) => other !== each.value))}
        >
          {shown(each.label)}
        </Checkbox>
      ));
    }
    case "yes":
      return (
        <RadioGroup
          direction="horizontal"
          readOnly={readOnly}
          items={[true, false].map((each) => ({ value: String(each), label: each ? t.yes : t.no }))}
          value={value === undefined ? null : String(value)}
          onChange={({ detail }) => onChange(detail.value === "true")}
        />
      );
  }
}

/** What is typed stays as it is typed, such as a sign alone. */
function NumberControl({ value, readOnly, onChange }: Omit<ControlProps, "field">) {
  const [typed, setTyped] = useState<{ text: string; value: Value | undefined }>();
  const text = typed && typed.value === value ? typed.text : value === undefined ? "" : String(value);
  return (
    <Input
      inputMode="decimal"
      value={text}
      readOnly={readOnly}
      onChange={({ detail }) => {
        const number = detail.value.trim() ? Number(detail.value) : NaN;
        setTyped({ text: detail.value, value: Number.isFinite(number) ? number : undefined });
        onChange(detail.value);
      }}
    />
  );
}
