import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { useCallback } from "react";
import { answer, type Schemas } from "../../api/client";
import { AnswerText } from "../../citations/AnswerText";
import { Sources } from "../../citations/Sources";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { FeedbackButtons } from "./FeedbackButtons";
import { messages } from "./messages";
import { Question } from "./Question";
import { SupportWords } from "./SupportWords";
import styles from "./Turn.module.css";
import { WhyThis } from "./WhyThis";

const NEVER = 2 ** 31 - 1;

interface Props {
  conversationId: string;
  turn: Schemas["Conversation"]["turns"][number];
  onStale: () => void;
}

/** A question and its answer. */
export function TurnView({ conversationId, turn, onStale }: Props) {
  const t = useMessages(messages);
  const api = useApi();
  const { turn_id, question, withheld, answer: text = "", citations = [], feedback } = turn;
  const load = useCallback(
    (signal: AbortSignal) => {
      const path = { conversation_id: conversationId, turn_id };
      return answer(api.GET("/conversations/{conversation_id}/turns/{turn_id}", { params: { path }, signal }));
    },
    [api, conversationId, turn_id],
  );
  const { value: state, error } = useLive(load, () => NEVER);
  return (
    <section className={styles.turn}>
      <Question of={question} />
      {withheld ? (
        <Alert type="info">{t.withheldTurn}</Alert>
      ) : (
        <>
          <div className={styles.support}>{state?.support && <SupportWords support={state.support} />}</div>
          <AnswerText of={text} citations={citations} />
          {state?.status === "STOPPED" && <Box color="text-body-secondary">{t.stopped}</Box>}
          {state?.note && (
            <Box color="text-body-secondary">
              <Text of={state.note} />
            </Box>
          )}
          {citations.length > 0 && <Sources citations={citations} onStale={onStale} />}
          <div className={styles.actions}>
            <CopyButton text={text} citations={citations} />
            <FeedbackButtons path={{ conversation_id: conversationId, turn_id }} given={feedback} />
          </div>
          {(state?.why || error !== undefined) && (
            <ExpandableSection headerText={t.why}>
              {state?.why ? <WhyThis why={state.why} /> : <>{t.whyFailed} <ErrorText error={error} /></>}
            </ExpandableSection>
          )}
        </>
      )}
    </section>
  );
}

function CopyButton({ text, citations }: { text: string; citations: Schemas["Citation"][] }) {
  const t = useMessages(messages);
  const { notify, fail } = useNotifications();
  async function copy() {
    const sources = citations.map(({ file_name, page }, index) =>
      `[${index + 1}] ${file_name}${page === undefined ? "" : `, ${t.page(page)}`}`,
    );
    try {
      await navigator.clipboard.writeText([text, ...sources].join("\n"));
      notify("success", t.copied);
    } catch (error) {
      fail(t.copyFailed, error);
    }
  }
  return <Button variant="icon" iconName="copy" ariaLabel={t.copy} onClick={() => void copy()} />;
}
