import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import { useLanguage, useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { FieldControls } from "./FieldControl";
import { type Change, type Edge, type Segment, withCategory, withEdge, withField } from "./label";
import { messages } from "./messages";
import styles from "./SegmentForm.module.css";
import { fieldsOf, type TaskSchema, titleOf, trackOf } from "./task_schema";
import { formatTime, type Microseconds, parseTime } from "./times";

interface Props {
  schema: TaskSchema;
  segment: Segment;
  edge: Edge;
  duration: Microseconds;
  complete: boolean;
  onEdge: (edge: Edge) => void;
  onChange: (change: Change) => void;
}

/** Times, category and fields of the segment that is chosen. */
export function SegmentForm({ schema, segment, edge, duration, complete, onEdge, onChange }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const track = trackOf(schema, segment.track);
  const fields = useMemo(() => fieldsOf(track?.fields, language), [track, language]);
  const categories = (track?.categories ?? []).map(({ name, title }) => ({ value: name, label: shown(titleOf(title, language, name)) }));
  return (
    <section aria-label={t.segment}>
      <Header variant="h2">
        {t.segment} · {shown(titleOf(track?.title, language, segment.track))}
      </Header>
      <div className={styles.times}>
        {(["start_us", "end_us"] as const).map((each) => (
          <div key={each} className={styles.time} data-chosen={each === edge ? "" : undefined} onFocus={() => onEdge(each)}>
            <FormField label={each === edge ? `${t.edges[each]} · ${t.chosenEdge}` : t.edges[each]}>
              <TimeInput
                time={segment[each]}
                onChange={(time) => {
                  const change = withEdge(segment, each, time, duration);
                  if (change) onChange(change);
                }}
              />
            </FormField>
          </div>
        ))}
      </div>
      <div id="segment-form">
        <SpaceBetween size="s">
          <FieldControls fields={fields} values={segment.fields} complete={complete} onChange={(name, value) => onChange(withField(segment, name, value))} />
          <FormField label={t.category}>
            <Select
              options={categories}
              selectedOption={categories.find(({ value }) => value === segment.category) ?? null}
              invalid={complete && !categories.some(({ value }) => value === segment.category)}
              onChange={({ detail }) => {
                const change = withCategory(segment, detail.selectedOption.value ?? "");
                if (change) onChange(change);
              }}
            />
          </FormField>
        </SpaceBetween>
      </div>
    </section>
  );
}

/** It changes the time when it is left, or by Enter. */
function TimeInput({ time, onChange }: { time: Microseconds; onChange: (time: Microseconds) => void }) {
  const t = useMessages(messages);
  const [typed, setTyped] = useState<string>();
  const parsed = typed === undefined ? time : parseTime(typed);
  const finish = () => {
    if (typed !== undefined && parsed !== undefined && typed !== formatTime(time)) onChange(parsed);
    setTyped(undefined);
  };
  return (
    <Input
      value={typed ?? formatTime(time)}
      invalid={parsed === undefined}
      placeholder={t.timeHint}
      onChange={({ detail }) => setTyped(detail.value)}
      onBlur={finish}
      onKeyDown={({ detail }) => {
        if (detail.key === "Enter") finish();
      }}
    />
  );
}
