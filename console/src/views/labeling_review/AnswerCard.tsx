import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useMemo, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useLanguage, useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { FieldControls } from "../labeling_item/FieldControl";
import type { Segment } from "../labeling_item/label";
import { labelOf } from "../labeling_item/openWork";
import { SegmentList } from "../labeling_item/SegmentList";
import { fieldsOf, type TaskSchema } from "../labeling_item/task_schema";
import { messages } from "./messages";

type Item = Schemas["LabelItem"];

interface Props {
  item: Item;
  schema: TaskSchema;
  answer: NonNullable<Item["answers"]>[number];
  /** Of a clip. */
  segments?: Segment[];
  chosen?: string | undefined;
  onChoose?: (id: string) => void;
  onReviewed: (item: Item) => void;
}

/** One person's answer, which a reviewer accepts, or rejects with a note. */
export function AnswerCard({ item, schema, answer: given, segments = [], chosen, onChoose = () => {}, onReviewed }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const api = useApi();
  const { fail } = useNotifications();
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState<"accept" | "reject">();
  const fields = useMemo(() => fieldsOf(schema.clip, language), [schema, language]);
  async function review(decision: "accept" | "reject") {
    setBusy(decision);
    try {
      const params = { path: { task_id: item.task_id, number: String(item.number) } };
      const body = { answer_id: given.answer_id, decision, ...(note.trim() ? { note: note.trim() } : {}) };
      onReviewed(await answer(api.POST("/label-tasks/{task_id}/items/{number}/review", { params, body })));
      setNote("");
    } catch (error) {
      fail(t.reviewFailed, error);
    } finally {
      setBusy(undefined);
    }
  }
  return (
    <Container
      header={
        <Header variant="h2" description={t.statuses[given.status]}>
          <Text of={given.annotator} />
        </Header>
      }
    >
      <SpaceBetween size="m">
        {schema.tracks.length > 0 && <SegmentList schema={schema} all={segments} chosen={chosen} onChoose={onChoose} of={given.annotator} />}
        {fields.length > 0 && <FieldControls fields={fields} values={labelOf(given.label).clip} complete={false} readOnly onChange={() => {}} />}
        {given.note && (
          <Box>
            {t.note}: <Text of={given.note} />
          </Box>
        )}
        {given.status === "SUBMITTED" && (
          <>
            <FormField label={t.noteForAuthor}>
              <Textarea value={note} onChange={({ detail }) => setNote(detail.value.slice(0, 2000))} rows={2} />
            </FormField>
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="primary" loading={busy === "accept"} disabled={busy !== undefined} onClick={() => void review("accept")}>
                {t.accept}
              </Button>
              <Button loading={busy === "reject"} disabled={busy !== undefined} onClick={() => void review("reject")}>
                {t.reject}
              </Button>
            </SpaceBetween>
          </>
        )}
      </SpaceBetween>
    </Container>
  );
}
