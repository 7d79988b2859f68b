import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { answer } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { AlarmsTable } from "./AlarmsTable";
import { firstFailed, readChoice } from "./choosing";
import { ExecutionsTable } from "./ExecutionsTable";
import { messages } from "./messages";
import { QueuesTable } from "./QueuesTable";
import { WorkflowsTable } from "./WorkflowsTable";

const PAUSE = 15_000;

/** How all work goes, for operators: what failed and why, what waits in queues, which alarms have gone off. */
export default function OperationsPage() {
  const t = useMessages(messages);
  const api = useApi();
  const [params] = useSearchParams();
  const load = useCallback((signal: AbortSignal) => answer(api.GET("/operations", { signal })), [api]);
  const { value, error, reload } = useLive(load, () => PAUSE);
  const choice = readChoice(params) ?? (value && firstFailed(value.workflows));
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={t.description}
        actions={<Button iconName="refresh" ariaLabel={t.refresh} onClick={reload} />}
      >
        {t.title}
      </Header>
      {error !== undefined && (
        <Alert type="error" header={t.failed} action={<Button onClick={reload}>{t.again}</Button>}>
          <ErrorText error={error} />
        </Alert>
      )}
      {!value && error === undefined && <StatusIndicator type="loading">{t.loading}</StatusIndicator>}
      {value && (
        <SpaceBetween size="l">
          <WorkflowsTable workflows={value.workflows} choice={choice} />
          {choice ? (
            <ExecutionsTable {...choice} place={params.get("next") ?? undefined} onChanged={reload} />
          ) : (
            <StatusIndicator type="success">{t.nothingFailed}</StatusIndicator>
          )}
          <QueuesTable queues={value.queues} onReplayed={reload} />
          <AlarmsTable alarms={value.alarms} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
