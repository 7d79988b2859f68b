import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { AnswerText } from "../../citations/AnswerText";
import { useMessages } from "../../i18n/language";
import { ErrorText, useNotifications } from "../../shell/notifications";
import type { Asked, Asking } from "./asking";
import { messages } from "./messages";
import { Question } from "./Question";
import styles from "./Turn.module.css";

/** A question whose answer is being written, or was not. */
export function WritingTurn({ asked, asking }: { asked: Asked; asking: Asking }) {
  const t = useMessages(messages);
  const { fail } = useNotifications();
  return (
    <section className={styles.turn}>
      <Question of={asked.question} />
      <div aria-live="polite">
        <AnswerText of={asked.text} citations={[]} />
      </div>
      {asked.state === "failed" ? (
        <Alert type="error" header={t.failed} action={<Button onClick={() => asking.again(asked.turnId)}>{t.again}</Button>}>
          <ErrorText error={asked.error} />
        </Alert>
      ) : (
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          <StatusIndicator type="in-progress">{asked.stopping ? t.stopping : t.writing}</StatusIndicator>
          {asked.state === "writing" && (
            <Button
              disabled={asked.stopping}
              onClick={() => asking.stop(asked).catch((error: unknown) => fail(t.stopFailed, error))}
            >
              {t.stop}
            </Button>
          )}
        </SpaceBetween>
      )}
    </section>
  );
}
