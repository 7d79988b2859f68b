import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useState } from "react";
import { useFormats, useLanguage, useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import type { Other } from "./draft";
import type { Fields, Label, Segment, Value } from "./label";
import styles from "./MergeDialog.module.css";
import { type Difference, differences, mergedLabel, proposed, type Side } from "./merging";
import { messages } from "./messages";
import { categoryOf, fieldsOf, type TaskSchema, titleOf } from "./task_schema";
import { formatTime } from "./times";

interface Props {
  schema: TaskSchema;
  mine: Label;
  theirs: Other;
  onMerge: (label: Label) => void;
}

/** Two windows have saved: both versions side by side, and a choice for each difference. */
export function MergeDialog({ schema, mine, theirs, onMerge }: Props) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const language = useLanguage();
  const [chosen, setChosen] = useState<Record<string, Side>>({});
  const found = differences(mine, theirs.label);
  const describe = (difference: Difference, side: Side): string =>
    difference.kind === "segment" ? segmentText(difference[side]) : difference[side] === undefined ? t.leftOut : valueText(difference[side]);
  const segmentText = (segment: Segment | undefined): string =>
    segment === undefined
      ? t.leftOut
      : [
          `${formatTime(segment.start_us)} – ${formatTime(segment.end_us)}`,
          titleOf(categoryOf(schema, segment)?.title, language, segment.category),
          fieldsText(segment.fields),
        ]
          .filter(Boolean)
          .join(" · ");
  const header = (difference: Difference): string => {
    if (difference.kind === "segment") return t.segment;
    return fieldsOf(schema.clip, language).find(({ name }) => name === difference.name)?.title ?? difference.name;
  };
  return (
    <Modal
      visible
      size="large"
      header={t.twoVersions}
      closeAriaLabel={t.close}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={() => onMerge(mergedLabel(mine, theirs.label, found, chosen))}>
            {t.merge}
          </Button>
        </Box>
      }
    >
      <p>{t.twoVersionsDetail(time(theirs.saved_at))}</p>
      {found.length === 0 && <p>{t.noDifference}</p>}
      <div className={styles.differences}>
        {found.map((difference) => (
          <fieldset key={difference.key} className={styles.difference}>
            <legend>{shown(header(difference))}</legend>
            <RadioGroup
              ariaLabel={shown(header(difference))}
              value={chosen[difference.key] ?? proposed(difference)}
              onChange={({ detail }) => setChosen({ ...chosen, [difference.key]: detail.value as Side })}
              items={(["mine", "theirs"] as const).map((side) => ({
                value: side,
                label: t.sides[side],
                description: shown(describe(difference, side)),
              }))}
            />
          </fieldset>
        ))}
      </div>
    </Modal>
  );
}

const valueText = (value: Value | undefined): string => (Array.isArray(value) ? value.join(", ") : String(value ?? ""));
const fieldsText = (fields: Fields): string => Object.values(fields).map(valueText).join(" · ");
