import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useLanguage, useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages as runMessages } from "../debates/messages";
import { isMoving, RunStatus } from "../debates/RunStatus";
import { CaseTable } from "./CaseTable";
import { messages } from "./messages";
import { Report } from "./Report";

const WHILE_MOVING = 3_000;
// The links of a run are valid for five minutes.
const AT_REST = 240_000;
const PAGE = 25;

/** One run: how far each case is, and its report. */
export default function RunPage() {
  const t = useMessages(messages);
  const api = useApi();
  const { notify, fail } = useNotifications();
  const navigate = useNavigate();
  const { runId = "" } = useParams();
  const [pages, setPages] = useState(1);
  const [removing, setRemoving] = useState(false);
  const params = { path: { run_id: runId } };
  const load = useCallback(
    async (signal: AbortSignal) => {
      const path = { run_id: runId };
      const run = await answer(api.GET("/debates/{run_id}", { params: { path }, signal }));
      const cases: Schemas["RunCases"]["cases"] = [];
      let next: string | undefined;
      for (let page = 0; run.plan && page < pages && (page === 0 || next); page += 1) {
        const params = { path, query: { limit: PAGE, next } };
        const list = await answer(api.GET("/debates/{run_id}/cases", { params, signal }));
        cases.push(...list.cases);
        next = list.next;
      }
      return { run, cases, next };
    },
    [api, runId, pages],
  );
  const { value, error, reload } = useLive(load, ({ run }) => (isMoving(run.status) ? WHILE_MOVING : AT_REST));

  async function change(doing: Promise<unknown>, done: string, failed: string) {
    try {
      await doing;
      notify("info", done);
    } catch (error) {
      fail(failed, error);
    }
    reload();
  }
  async function remove() {
    setRemoving(false);
    try {
      await answer(api.DELETE("/debates/{run_id}", { params }));
      void navigate("/debates");
    } catch (error) {
      fail(t.removeFailed, error);
    }
  }

  if (!value) {
    return error === undefined ? (
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    ) : (
      <Alert type="error" header={t.failed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  const { run, cases, next } = value;
  const resumable = run.status === "STOPPED" || run.status === "FAILED" || (run.counts?.["failed"] ?? 0) > 0;
  return (
    <SpaceBetween size="l">
      <Link to="/debates">{t.back}</Link>
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {isMoving(run.status) && (
              <Button
                onClick={() => void change(answer(api.POST("/debates/{run_id}/stop", { params })), t.stopped, t.stopFailed)}
              >
                {t.stop}
              </Button>
            )}
            {resumable && !isMoving(run.status) && (
              <Button
                onClick={() => void change(answer(api.POST("/debates/{run_id}/resume", { params })), t.resumed, t.resumeFailed)}
              >
                {t.resume}
              </Button>
            )}
            {!isMoving(run.status) && <Button onClick={() => setRemoving(true)}>{t.remove}</Button>}
            {run.links && (
              <Button iconName="download" href={run.links.verdicts} target="_blank">
                {t.download}
              </Button>
            )}
            {run.links && (
              // The bucket's own address: below /files a page may neither run nor be styled.
              <Button variant="primary" iconName="external" href={run.links.report_page} target="_blank">
                {t.report}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        <Text of={run.name} />
      </Header>
      <RunStatus of={run.status} />
      {run.error && (
        <Alert type="error" header={t.error}>
          <Text of={run.error.message} />
        </Alert>
      )}
      {run.plan && <Facts run={run} plan={run.plan} />}
      {run.links && <Report address={run.links.report} generation={run.generation} />}
      {run.plan && <CaseTable runId={runId} plan={run.plan} cases={cases} />}
      {next && <Button onClick={() => setPages(pages + 1)}>{t.more}</Button>}
      {removing && (
        <ConfirmDialog
          header={t.confirmRemove}
          action={t.remove}
          cancel={t.cancel}
          onConfirm={() => void remove()}
          onCancel={() => setRemoving(false)}
        >
          {t.removeDetail}
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}

function Facts({ run, plan }: { run: Schemas["RunDetails"]; plan: NonNullable<Schemas["RunDetails"]["plan"]> }) {
  const t = useMessages(messages);
  const { techniqueNames } = useMessages(runMessages);
  const { number } = useFormats();
  const dollars = new Intl.NumberFormat(useLanguage(), { style: "currency", currency: "USD" });
  const cost = run.cost ?? run.most;
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: t.techniques, value: plan.techniques.map((each) => techniqueNames[each]).join(", ") },
        { label: t.cases, value: t.casesOf(number(run.cases ?? 0), number(run.refused ?? 0)) },
        { label: t.rounds, value: plan.turns ? t.inTurns(number(plan.rounds)) : number(plan.rounds) },
        { label: t.votes, value: number(plan.votes) },
        { label: t.debaterA, value: <Text of={plan.debater_a} /> },
        { label: t.debaterB, value: <Text of={plan.debater_b} /> },
        { label: t.judge, value: <Text of={plan.judge} /> },
        { label: run.cost === undefined ? t.most : t.cost, value: cost === undefined ? t.unknown : dollars.format(cost) },
      ]}
    />
  );
}
