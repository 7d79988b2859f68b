import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Table from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { placeOfRun } from "../../flow_runs/places";
import { RunStatus } from "../../flow_runs/RunStatus";
import { useFormats, useMessages } from "../../i18n/language";
import { useLivePages } from "../../live/pages";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";

const PAGE = 50;
const WHILE_RUNNING = 3_000;
const AT_REST = 30_000;

export function RunsTab({ flow }: { flow: string }) {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const { time, duration, dollars, number } = useFormats();
  const api = useApi();
  const ask = useCallback(
    async (next: string | undefined, signal: AbortSignal) => {
      const params = { path: { flow }, query: { limit: PAGE, next } };
      const page = await answer(api.GET("/flows/{flow}/runs", { params, signal }));
      return page.next === undefined ? { items: page.runs } : { items: page.runs, next: page.next };
    },
    [api, flow],
  );
  const list = useLivePages<Schemas["FlowRun"]>(ask, (runs) =>
    runs.some((each) => each.status === "RUNNING") ? WHILE_RUNNING : AT_REST,
  );
  const columns = [
    {
      id: "started",
      header: t.started,
      isRowHeader: true,
      minWidth: 150,
      cell: (run: Schemas["FlowRun"]) => (
        <Link to={placeOfRun(flow, run.run_id)}>{time(run.created_at)}</Link>
      ),
    },
    { id: "status", header: t.status, minWidth: 140, cell: (run: Schemas["FlowRun"]) => <RunStatus of={run.status} /> },
    { id: "version", header: t.version, minWidth: 90, cell: (run: Schemas["FlowRun"]) => <Text of={run.version} /> },
    {
      id: "took",
      header: t.took,
      minWidth: 100,
      cell: (run: Schemas["FlowRun"]) => (run.milliseconds === undefined ? "–" : duration(run.milliseconds)),
    },
    {
      id: "transitions",
      header: t.transitions,
      minWidth: 110,
      cell: (run: Schemas["FlowRun"]) => (run.transitions === undefined ? "–" : number(run.transitions)),
    },
    {
      id: "cost",
      header: t.cost,
      minWidth: 90,
      cell: (run: Schemas["FlowRun"]) => (run.cost === undefined ? "–" : dollars(run.cost)),
    },
    { id: "user", header: t.user, minWidth: 120, cell: (run: Schemas["FlowRun"]) => <Text of={run.user ?? "–"} /> },
  ];
  return (
    <>
      {list.error !== undefined && (
        <Alert type="error" header={t.runsFailed}>
          <ErrorText error={list.error} />
        </Alert>
      )}
      <Table
        variant="borderless"
        wrapLines
        trackBy="run_id"
        items={list.items ?? []}
        loading={list.loading && !list.items}
        loadingText={t.loading}
        ariaLabels={{ tableLabel: t.tabs.runs }}
        columnDefinitions={narrow ? columns.slice(0, 2) : columns}
        footer={list.more && <Button onClick={list.more}>{t.moreRuns}</Button>}
        empty={t.noRuns}
      />
    </>
  );
}
