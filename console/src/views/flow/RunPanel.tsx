import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import PromptInput from "@cloudscape-design/components/prompt-input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { Link } from "react-router";
import { ApiError } from "../../api/client";
import { documentOf, textOf } from "../../flow_runs/documents";
import type { FlowEvent } from "../../flow_runs/progress";
import { placeOfRun } from "../../flow_runs/places";
import { RunStatus } from "../../flow_runs/RunStatus";
import { type FlowResult, LostError, runFlow } from "../../flow_runs/running";
import { useMessages } from "../../i18n/language";
import { openSocket } from "../../live/socket";
import { useDeployment } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import styles from "./Flow.module.css";
import { messages } from "./messages";

interface Turn {
  said: string;
  result?: FlowResult;
  error?: unknown;
}

interface Props {
  flow: string;
  /** Of what the flow takes. */
  type: string | undefined;
  onEvents: (events: FlowEvent[] | undefined) => void;
}

/** Runs the flow with what somebody writes. A flow that asks something is answered here, as a conversation. */
export function RunPanel({ flow, type, onEvents }: Props) {
  const t = useMessages(messages);
  const { api, config, session } = useDeployment();
  const [turns, setTurns] = useState<Turn[]>([]);
  const [draft, setDraft] = useState("");
  const [wrong, setWrong] = useState<string>();
  const [isRunning, setRunning] = useState(false);
  const last = turns.findLast((turn) => turn.result)?.result;
  // Too late, or answered already: the next thing that is said begins a new run.
  const isOver = turns.at(-1)?.error instanceof ApiError && (turns.at(-1)!.error as ApiError).status === 409;
  const question = last?.status === "INPUT_REQUIRED" && !isOver ? last.question : undefined;

  async function run() {
    const said = draft.trim();
    if (!said || isRunning) return;
    let document;
    try {
      document = question ? said : documentOf(said, type);
    } catch {
      setWrong(t.wrongType(type ?? ""));
      return;
    }
    setWrong(undefined);
    setRunning(true);
    setDraft("");
    const before = turns;
    setTurns([...before, { said }]);
    onEvents([]);
    const connect = config.socketPath ? () => openSocket(config.socketPath, session.token) : undefined;
    const answering = question && last ? { run_id: last.run_id, node: question.node } : {};
    try {
      const result = await runFlow(api, connect, flow, { input: document, ...answering }, (_, events) => onEvents(events));
      setTurns([...before, { said, result }]);
    } catch (error) {
      setTurns([...before, { said, error }]);
      // What was typed is not lost.
      setDraft(said);
    }
    setRunning(false);
  }

  return (
    <SpaceBetween size="s">
      <Header
        variant="h2"
        description={t.runHint}
        actions={
          turns.length > 0 && (
            <Button
              disabled={isRunning}
              onClick={() => {
                setTurns([]);
                onEvents(undefined);
              }}
            >
              {t.startNew}
            </Button>
          )
        }
      >
        {t.run}
      </Header>
      <div className={styles.conversation} role="log" aria-label={t.conversation}>
        {turns.map((turn, index) => (
          <div key={index} className={styles.turn}>
            <div className={styles.said}>
              <Text of={turn.said} />
            </div>
            <TurnResult flow={flow} turn={turn} />
          </div>
        ))}
        {isRunning && <StatusIndicator type="in-progress">{t.running}</StatusIndicator>}
      </div>
      {wrong && <Alert type="warning">{wrong}</Alert>}
      <PromptInput
        value={draft}
        ariaLabel={question ? t.answerLabel : t.input(type ?? "String")}
        placeholder={question ? t.answerLabel : t.input(type ?? "String")}
        actionButtonIconName="send"
        actionButtonAriaLabel={question ? t.answerIt : t.runIt}
        disableActionButton={isRunning || !draft.trim()}
        minRows={1}
        maxRows={8}
        onChange={({ detail }) => setDraft(detail.value)}
        onAction={() => void run()}
      />
    </SpaceBetween>
  );
}

function TurnResult({ flow, turn: { result, error } }: { flow: string; turn: Turn }) {
  const t = useMessages(messages);
  if (error !== undefined) {
    return (
      <Alert type="error" header={t.runFailed}>
        {error instanceof LostError ? t.lost : <ErrorText error={error} />}
      </Alert>
    );
  }
  if (!result) return null;
  return (
    <div className={styles.reply}>
      {result.outputs.map(({ node, document }, index) => (
        <div key={index}>
          <Box fontSize="body-s" color="text-body-secondary">
            <Text of={node} />
          </Box>
          <div className={styles.document}>
            <Text of={textOf(document)} />
          </div>
        </div>
      ))}
      {result.question && (
        <div>
          <Box fontSize="body-s" color="text-body-secondary">
            {t.asks} <Text of={result.question.node} />
          </Box>
          <div className={styles.document}>
            <Text of={textOf(result.question.document)} />
          </div>
        </div>
      )}
      {result.error && (
        <Alert type="error" header={<Text of={result.error.name} />}>
          <Text of={result.error.message} />
        </Alert>
      )}
      <SpaceBetween direction="horizontal" size="s">
        <RunStatus of={result.status} />
        <Link to={placeOfRun(flow, result.run_id)}>{t.trace}</Link>
      </SpaceBetween>
    </div>
  );
}
