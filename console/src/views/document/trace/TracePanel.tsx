import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useState } from "react";
import { answer, type Schemas } from "../../../api/client";
import { useFormats, useMessages } from "../../../i18n/language";
import { useLive } from "../../../live/live";
import { useApi } from "../../../shell/deployment";
import { ErrorText, useNotifications } from "../../../shell/notifications";
import { Text } from "../../../text/Text";
import { messages } from "../messages";
import { Gantt } from "./Gantt";
import { timeLineOf } from "./timeLine";

const WHILE_RUNNING = 3_000;
const AT_REST = 120_000;
/** The child executions that are asked for: a button asks for more. */
const IMAGES = 20;
const MOST_IMAGES = 100;

interface Props {
  documentId: string;
  labelOf: (imageId: string, pages: number[]) => string;
  onRedriven: () => void;
}

/** How the work on a document went, for its owner and for operators. */
export function TracePanel({ documentId, labelOf, onRedriven }: Props) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [redriving, setRedriving] = useState(false);
  const [limit, setLimit] = useState(IMAGES);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const params = { path: { document_id: documentId }, query: { limit } };
      const trace = await answer(api.GET("/documents/{document_id}/trace", { params, signal }));
      return { trace, at: Date.now() };
    },
    [api, documentId, limit],
  );
  const isRunning = ({ execution }: Schemas["Trace"]) => ["RUNNING", "PENDING_REDRIVE"].includes(execution?.status ?? "");
  const { value, error, reload } = useLive(load, ({ trace }) => (isRunning(trace) ? WHILE_RUNNING : AT_REST));

  async function redrive() {
    setRedriving(true);
    try {
      await answer(api.POST("/documents/{document_id}/redrive", { params: { path: { document_id: documentId } } }));
      notify("success", t.redriven);
      onRedriven();
      reload();
    } catch (problem) {
      fail(t.redriveFailed, problem);
    }
    setRedriving(false);
  }

  const failure = error !== undefined && (
    <Alert type="error" header={t.traceFailed} action={<Button onClick={reload}>{t.again}</Button>}>
      <ErrorText error={error} />
    </Alert>
  );
  if (!value) return failure || <StatusIndicator type="loading">{t.loadingTrace}</StatusIndicator>;
  const { execution, next } = value.trace;
  const line = timeLineOf(value.trace, value.at);
  if (!execution || !line) return failure || <Box color="text-body-secondary">{t.noTrace}</Box>;
  return (
    <SpaceBetween size="m">
      {failure}
      {execution.error && (
        <Alert
          type="error"
          header={<Text of={execution.error.name} />}
          action={
            execution.can_be_redriven && (
              <Button loading={redriving} onClick={() => void redrive()}>
                {t.redrive}
              </Button>
            )
          }
        >
          <Text of={execution.error.message} />
        </Alert>
      )}
      {!execution.error && execution.can_be_redriven && (
        <Button loading={redriving} onClick={() => void redrive()}>
          {t.redrive}
        </Button>
      )}
      <Box>
        {t.began(time(execution.started_at))} {execution.redrives > 0 && t.redrives(execution.redrives)}{" "}
        {!execution.is_whole && t.notWhole}
      </Box>
      <Gantt line={line} labelOf={labelOf} />
      {next !== undefined && limit < MOST_IMAGES && <Button onClick={() => setLimit(MOST_IMAGES)}>{t.moreImages}</Button>}
      <Box fontSize="body-s" color="text-body-secondary">
        <Text of={execution.execution_arn} />
      </Box>
    </SpaceBetween>
  );
}
