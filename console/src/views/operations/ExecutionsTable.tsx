import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useLanguage, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { BADLY_ENDED, type Choice } from "./choosing";
import { messages } from "./messages";
import styles from "./Operations.module.css";
import { secondsBetween, spanIn } from "./spans";

type Execution = Schemas["Execution"];

const PAUSE = 15_000;

interface Props extends Choice {
  /** Where the page begins: the `next` of the one before. */
  place: string | undefined;
  onChanged: () => void;
}

/** Executions of one workflow with one status, the newest first; of those that failed, why and what to do. */
export function ExecutionsTable({ workflow, status, place, onChanged }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const { time } = useFormats();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [busy, setBusy] = useState(false);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const query = { workflow, status, ...(place ? { next: place } : {}) };
      return { page: await answer(api.GET("/operations/executions", { params: { query }, signal })), at: Date.now() };
    },
    [api, workflow, status, place],
  );
  const { value, error, loading, reload } = useLive(load, () => PAUSE);
  const executions = value?.page.executions ?? [];
  const redrivable = executions.filter((each) => each.can_be_redriven);
  const failed = BADLY_ENDED.includes(status);
  const title = t.executions(t.workflowNames[workflow] ?? workflow, t.statuses[status] ?? status);

  async function redrive(chosen: Execution[]) {
    setBusy(true);
    let continued = 0;
    for (const each of chosen) {
      try {
        const body = { workflow: each.workflow as Schemas["FailedExecution"]["workflow"], name: each.name };
        await answer(api.POST("/operations/redrive", { body }));
        continued += 1;
      } catch (problem) {
        fail(t.redriveFailed(shown(nameOf(each))), problem);
      }
    }
    if (continued) notify("success", t.redriveDone(continued));
    setBusy(false);
    reload();
    onChanged();
  }

  async function reingest(each: Execution) {
    setBusy(true);
    try {
      await answer(api.POST("/operations/reingest", { body: { document_id: each.subject.id } }));
      notify("success", t.reingested);
    } catch (problem) {
      fail(t.reingestFailed(shown(nameOf(each))), problem);
    }
    setBusy(false);
    onChanged();
  }

  const nameOf = ({ subject }: Execution) => subject.name || `${t.kinds[subject.kind] ?? subject.kind} ${subject.id}`.trim();
  const at = { workflow, status };
  return (
    <SpaceBetween size="s">
      {error !== undefined && (
        <Alert type="error" header={t.executionsFailed} action={<Button onClick={reload}>{t.again}</Button>}>
          <ErrorText error={error} />
        </Alert>
      )}
      <Table
        variant="container"
        wrapLines
        items={executions}
        trackBy="name"
        loading={loading}
        loadingText={t.loadingExecutions}
        empty={t.noExecutions}
        ariaLabels={{ tableLabel: title }}
        header={
          <Header
            variant="h2"
            actions={
              redrivable.length > 0 && (
                <Button loading={busy} onClick={() => void redrive(redrivable)}>
                  {t.redriveAll(redrivable.length)}
                </Button>
              )
            }
          >
            {title}
          </Header>
        }
        footer={
          (place || value?.page.next) && (
            <SpaceBetween direction="horizontal" size="m">
              {place && <Link to={`?${new URLSearchParams(at)}`}>{t.newest}</Link>}
              {value?.page.next && <Link to={`?${new URLSearchParams({ ...at, next: value.page.next })}`}>{t.older}</Link>}
            </SpaceBetween>
          )
        }
        columnDefinitions={[
          {
            id: "subject",
            header: t.subject,
            isRowHeader: true,
            minWidth: 160,
            cell: (each: Execution) => <Text of={nameOf(each)} />,
          },
          ...(failed
            ? [
                {
                  id: "reason",
                  header: t.reason,
                  minWidth: 260,
                  cell: ({ error: reason }: Execution) =>
                    reason && (
                      <div className={styles.reason}>
                        <Box variant="strong">
                          <Text of={reason.name} />
                        </Box>
                        <Box>
                          <Text of={reason.message} />
                        </Box>
                      </div>
                    ),
                },
                {
                  id: "actions",
                  header: t.actions,
                  minWidth: 150,
                  cell: (each: Execution) => (
                    <div className={styles.actions}>
                      {each.can_be_redriven && (
                        <Button disabled={busy} ariaLabel={t.redriveOne(shown(nameOf(each)))} onClick={() => void redrive([each])}>
                          {t.redrive}
                        </Button>
                      )}
                      {workflow === "ingest_document" && each.subject.kind === "document" && (
                        <Button disabled={busy} ariaLabel={t.reingestOne(shown(nameOf(each)))} onClick={() => void reingest(each)}>
                          {t.reingest}
                        </Button>
                      )}
                    </div>
                  ),
                },
              ]
            : []),
          {
            id: "started",
            header: t.started,
            minWidth: 110,
            cell: (each: Execution) => (
              <>
                {time(each.started_at)}
                {each.redrives > 0 && (
                  <Box fontSize="body-s" color="text-body-secondary">
                    {t.redriven(each.redrives)}
                  </Box>
                )}
              </>
            ),
          },
          {
            id: "took",
            header: t.took,
            minWidth: 80,
            cell: (each: Execution) => spanIn(language, secondsBetween(each.started_at, each.ended_at, value?.at ?? 0)),
          },
        ]}
      />
    </SpaceBetween>
  );
}
