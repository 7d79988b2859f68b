import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useRef, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import styles from "./Summary.module.css";

interface Props {
  jobId: string;
  recordId: string;
  /** The turn to look at; another object each time that it is asked for. */
  turn: { number: number } | undefined;
}

/** What was said in a call, as it was uploaded. */
export function Transcript({ jobId, recordId, turn }: Props) {
  const t = useMessages(messages);
  const api = useApi();
  const [transcript, setTranscript] = useState<Schemas["Transcript"]>();
  const [error, setError] = useState<unknown>();
  const turns = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const stop = new AbortController();
    const path = { job_id: jobId, record_id: recordId };
    setTranscript(undefined);
    setError(undefined);
    answer(
      api.GET("/summaries/{job_id}/transcripts/{record_id}", { params: { path }, signal: stop.signal }),
    ).then(setTranscript, (failure: unknown) => {
      if (!stop.signal.aborted) setError(failure);
    });
    return () => stop.abort();
  }, [api, jobId, recordId]);
  useEffect(() => {
    turns.current?.querySelector<HTMLElement>(`[data-turn="${turn?.number}"]`)?.focus();
  }, [turn, transcript]);

  return (
    <section aria-label={t.transcript}>
      <SpaceBetween size="xs">
        <Box variant="h3">{t.transcript}</Box>
        {error !== undefined && (
          <Alert type="error" header={t.transcriptFailed}>
            <ErrorText error={error} />
          </Alert>
        )}
        {!transcript && error === undefined && <StatusIndicator type="loading">{t.loading}</StatusIndicator>}
        {transcript && (
          <Link href={transcript.url} external>
            {t.openFile}
          </Link>
        )}
        {transcript?.turns && (
          <ol ref={turns} className={styles.transcript} tabIndex={0}>
            {transcript.turns.map((said, index) => (
              <li key={index} data-turn={said.number} tabIndex={-1} className={said.number === turn?.number ? styles.chosen : undefined}>
                <span className={styles.turns}>
                  {said.number} {t.speakers[said.speaker] ?? <Text of={said.speaker} />}
                </span>
                <div dir="auto">
                  <Text of={said.text} />
                </div>
              </li>
            ))}
          </ol>
        )}
      </SpaceBetween>
    </section>
  );
}
