import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, ApiError, type Schemas } from "../../api/client";
import { AnswerText } from "../../citations/AnswerText";
import { Sources } from "../../citations/Sources";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { AnswerForm } from "./AnswerForm";
import { messages } from "./messages";
import type { ReviewKey } from "./review_keys";

type Details = Schemas["ItemDetails"];
type Changes = Omit<Schemas["ChangedItem"], "version">;

// Links to images are valid for five minutes.
const AT_REST = 240_000;

interface Props {
  questionnaireId: string;
  number: number;
  /** A key that was pressed; another object is another press. */
  command?: { key: ReviewKey };
  onStep: (by: number) => void;
  onChanged: () => void;
}

/** One question: its answer with its sources, and what a reviewer can do. */
export function ItemPanel({ questionnaireId, number, command, onStep, onChanged }: Props) {
  const t = useMessages(messages);
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [editing, setEditing] = useState(false);
  const load = useCallback(
    (signal: AbortSignal) => {
      const path = { questionnaire_id: questionnaireId, number: String(number) };
      return answer(api.GET("/questionnaires/{questionnaire_id}/items/{number}", { params: { path }, signal }));
    },
    [api, questionnaireId, number],
  );
  const { value: item, error, reload } = useLive(load, () => AT_REST);

  async function change(changes: Changes): Promise<boolean> {
    let done = true;
    try {
      const path = { questionnaire_id: questionnaireId, number: String(number) };
      const body = { ...changes, version: item!.version };
      await answer(api.PATCH("/questionnaires/{questionnaire_id}/items/{number}", { params: { path }, body }));
      setEditing(false);
    } catch (error) {
      done = false;
      if (error instanceof ApiError && error.status === 409) notify("warning", t.changedElsewhere, <ErrorText error={error} />);
      else fail(t.changeFailed, error);
    }
    reload();
    onChanged();
    return done;
  }
  const approve = () => change({ review: "approved" }).then((done) => done && onStep(1));

  // A key that was pressed for the question before is not for this one.
  const last = useRef(command);
  useEffect(() => {
    if (!item || command === last.current) return;
    last.current = command;
    if (command?.key === "edit") setEditing(true);
    if (command?.key === "approve" && item.review !== "approved") void approve();
  });

  if (!item) {
    return error === undefined ? (
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    ) : (
      <Alert type="error" header={t.itemsFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="angle-left" ariaLabel={t.previous} onClick={() => onStep(-1)} />
        <Button iconName="angle-right" ariaLabel={t.next} onClick={() => onStep(1)} />
        {item.review === "approved" ? (
          <Button onClick={() => void change({ review: "open" })}>{t.reopen}</Button>
        ) : (
          <Button variant="primary" onClick={() => void approve()}>
            {t.approve}
          </Button>
        )}
        <Button onClick={() => setEditing(true)}>{t.edit}</Button>
      </SpaceBetween>
      <div>
        {item.section && (
          <Box fontSize="body-s" color="text-body-secondary">
            <Text of={item.section} />
          </Box>
        )}
        {item.parent && (
          <Box fontSize="body-s" color="text-body-secondary">
            <Text of={t.partOf(item.parent)} />
          </Box>
        )}
        <Box variant="h3">
          <Text of={item.question} />
        </Box>
        <Box fontSize="body-s" color="text-body-secondary">
          {t.statuses[item.status]} · {t.confidence}: {t.confidences[item.confidence]} · {t.reviews[item.review]}
        </Box>
      </div>
      {item.reasons.length > 0 && (
        <Alert type="warning" header={t.reasons}>
          <ul>
            {item.reasons.map((reason) => (
              <li key={reason}>
                <Text of={reason} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {editing ? (
        <AnswerForm item={item} onSave={change} onCancel={() => setEditing(false)} />
      ) : (
        <div>
          {item.values && (
            <Box variant="strong">
              <Text of={item.values.join(", ")} />
            </Box>
          )}
          {item.withheld && <Box color="text-body-secondary">{t.withheldAnswer}</Box>}
          <AnswerText of={item.completion ?? ""} citations={item.citations} />
        </div>
      )}
      <Sources citations={item.citations} onStale={reload} />
      {item.withheld_citations > 0 && <Box>{t.withheldCitations(item.withheld_citations)}</Box>}
      <People item={item} onChange={change} />
    </SpaceBetween>
  );
}

function People({ item, onChange }: { item: Details; onChange: (changes: Changes) => Promise<boolean> }) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const [assignee, setAssignee] = useState(item.assignee ?? "");
  const [comment, setComment] = useState("");
  return (
    <SpaceBetween size="s">
      {item.approved_by && <Text of={t.approvedBy(item.approved_by, time(item.approved_at ?? ""))} />}
      {item.edited_by && <Text of={t.editedBy(item.edited_by)} />}
      <FormField
        label={t.assignee}
        secondaryControl={<Button onClick={() => void onChange({ assignee: assignee.trim() })}>{t.assign}</Button>}
      >
        <Input value={assignee} onChange={({ detail }) => setAssignee(detail.value)} />
      </FormField>
      <FormField
        label={t.comment}
        secondaryControl={
          <Button
            disabled={!comment.trim()}
            onClick={() => void onChange({ comment: comment.trim() }).then((done) => done && setComment(""))}
          >
            {t.send}
          </Button>
        }
      >
        <Input value={comment} onChange={({ detail }) => setComment(detail.value.slice(0, 1000))} />
      </FormField>
      {item.comments.length > 0 && (
        <ul aria-label={t.comments}>
          {item.comments.map(({ by, at, text }, index) => (
            <li key={index}>
              <Text of={`${by}, ${time(at)}: `} />
              <Text of={text} />
            </li>
          ))}
        </ul>
      )}
      {item.log.length > 0 && (
        <ExpandableSection headerText={t.log}>
          <ul>
            {item.log.map(({ at, by, changes }, index) => (
              <li key={index}>
                <Text of={`${time(at)}, ${by}: ${changes.map(told).join("; ")}`} />
              </li>
            ))}
          </ul>
        </ExpandableSection>
      )}
    </SpaceBetween>
  );

  function told({ field, before, after }: Schemas["Change"]["changes"][number]): string {
    const words = (value: unknown) => (Array.isArray(value) ? value.join(", ") : String(value ?? "")) || "–";
    return `${t.fields[field]}: ${words(before)} → ${words(after)}`;
  }
}
