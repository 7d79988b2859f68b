import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import { isMoving, RunStatus } from "./RunStatus";
import { StartDialog } from "./StartDialog";

type Run = Schemas["Run"];

const PAGE = 50;
const WHILE_MOVING = 5_000;
const AT_REST = 60_000;

export default function DebatesPage() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const columns = useColumns();
  const [pages, setPages] = useState(1);
  const [starting, setStarting] = useState(false);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const found: Run[] = [];
      let next: string | undefined;
      for (let page = 0; page < pages && (page === 0 || next); page += 1) {
        const list = await answer(api.GET("/debates", { params: { query: { limit: PAGE, next } }, signal }));
        found.push(...list.runs);
        next = list.next;
      }
      return { found, next };
    },
    [api, pages],
  );
  const { value, error, loading } = useLive(
    load,
    ({ found }) => (found.some((each) => isMoving(each.status)) ? WHILE_MOVING : AT_REST),
    "debate",
  );
  return (
    <SpaceBetween size="l">
      {error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      <Table
        variant={narrow ? "borderless" : "container"}
        wrapLines
        trackBy="run_id"
        items={value?.found ?? []}
        loading={loading}
        loadingText={t.loading}
        columnDefinitions={narrow ? columns.slice(0, 2) : columns}
        ariaLabels={{ tableLabel: t.title }}
        header={
          <Header
            variant="h1"
            description={narrow ? undefined : t.description}
            actions={
              <Button variant="primary" onClick={() => setStarting(true)}>
                {t.start}
              </Button>
            }
          >
            {t.title}
          </Header>
        }
        footer={value?.next && <Button onClick={() => setPages(pages + 1)}>{t.more}</Button>}
        empty={
          <Box textAlign="center" padding="l">
            <Box variant="h2">{t.none}</Box>
            <Text of={t.noneDetail} rich />
          </Box>
        }
      />
      {starting && <StartDialog onClose={() => setStarting(false)} />}
    </SpaceBetween>
  );
}

function useColumns(): TableProps.ColumnDefinition<Run>[] {
  const t = useMessages(messages);
  const { number, time } = useFormats();
  return [
    {
      id: "name",
      header: t.name,
      isRowHeader: true,
      minWidth: 120,
      cell: ({ run_id, name }) => (
        <Link to={`/debates/${run_id}`}>
          <Text of={name} />
        </Link>
      ),
    },
    { id: "status", header: t.status, minWidth: 150, cell: ({ status }) => <RunStatus of={status} /> },
    {
      id: "verdicts",
      header: t.verdicts,
      minWidth: 140,
      cell: ({ counts }) =>
        counts
          ? Object.entries(counts)
              .map(([outcome, count]) => `${number(count)} ${t.outcomes[outcome] ?? outcome}`)
              .join(", ")
          : "–",
    },
    { id: "changed", header: t.changed, minWidth: 160, cell: (run) => <Text of={time(run.updated_at)} /> },
  ];
}
