import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useCallback, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { type Anchor, type Entry, firstProblem, linesOf } from "./chain";
import { type AuditMessages, messages } from "./messages";

const PAUSE = 60_000;
const PAGE = 1000;
/** Of the newest entries that fit the filter; the file has all. */
const MOST = 200;

interface Log {
  entries: Entry[];
  anchors: Anchor[];
  /** The number of the first entry that does not fit. */
  problem: number | undefined;
}

type Row = Entry & { what: Told };
type Told = { at?: string; event?: string; by?: string; product_id?: string; principal?: string };

/** Every decision, whether the log is whole, and the log as a file. */
export default function AuditPage() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const { time, number } = useFormats();
  const [filter, setFilter] = useState("");
  const load = useCallback(
    async (signal: AbortSignal): Promise<Log> => {
      const entries: Entry[] = [];
      const anchors: Anchor[] = [];
      let after: number | undefined = 0;
      while (after !== undefined) {
        const params: { query: { after: number; limit: number } } = { query: { after, limit: PAGE } };
        const page: Schemas["AuditLog"] = await answer(api.GET("/audit", { params, signal }));
        entries.push(...page.entries);
        anchors.push(...(page.anchors ?? []));
        after = page.next_after;
      }
      return { entries, anchors, problem: await firstProblem(entries, anchors) };
    },
    [api],
  );
  const { value, error, loading } = useLive(load, () => PAUSE);
  const words = filter.trim().toLowerCase();
  const rows = (value?.entries ?? [])
    .filter(({ told }) => told.toLowerCase().includes(words))
    .slice(-MOST)
    .reverse()
    .map((entry): Row => ({ ...entry, what: read(entry.told) }));

  function download() {
    if (!value) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([linesOf(value.entries, value.anchors)], { type: "application/jsonl" }));
    link.download = "docent-audit.jsonl";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return (
    <SpaceBetween size="l">
      {error !== undefined && (
        <Alert type="error" header={t.failed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {value?.problem !== undefined && (
        <Alert type="error" header={t.broken(number(value.problem))}>
          <Text of={t.brokenDetail} rich />
        </Alert>
      )}
      <Table
        variant={narrow ? "borderless" : "container"}
        wrapLines
        trackBy="sequence"
        items={rows}
        loading={loading}
        loadingText={t.loading}
        ariaLabels={{ tableLabel: t.title }}
        columnDefinitions={columnsOf(t, time, number).filter(({ id }) => !narrow || ["at", "event", "by"].includes(id!))}
        header={
          <Header
            variant="h1"
            counter={value && `(${number(value.entries.length)})`}
            description={narrow ? undefined : t.description}
            actions={
              <Button iconName="download" disabled={!value} onClick={download}>
                {t.download}
              </Button>
            }
          >
            {t.title}
          </Header>
        }
        filter={
          <SpaceBetween size="s">
            {value && value.problem === undefined && (
              <StatusIndicator type="success">
                {t.whole}
                {value.anchors.length > 0 && ` ${t.anchored(value.anchors.at(-1)!.day, number(value.anchors.at(-1)!.sequence))}`}
              </StatusIndicator>
            )}
            <TextFilter
              filteringText={filter}
              filteringPlaceholder={t.search}
              filteringAriaLabel={t.search}
              onChange={({ detail }) => setFilter(detail.filteringText)}
            />
          </SpaceBetween>
        }
        empty={
          <Box textAlign="center" padding="l" variant="h2">
            {t.none}
          </Box>
        }
      />
    </SpaceBetween>
  );
}

function columnsOf(t: AuditMessages, time: (iso: string) => string, number: (value: number) => string): TableProps.ColumnDefinition<Row>[] {
  return [
    { id: "at", header: t.at, minWidth: 130, cell: ({ what }) => <Text of={time(what.at ?? "")} /> },
    { id: "event", header: t.event, isRowHeader: true, minWidth: 130, cell: ({ what }) => <Text of={t.events[what.event ?? ""] ?? what.event ?? ""} /> },
    { id: "by", header: t.by, minWidth: 140, cell: ({ what }) => <Text of={what.by ?? ""} /> },
    { id: "product", header: t.product, minWidth: 140, cell: ({ what }) => <Text of={what.product_id ?? ""} /> },
    { id: "principal", header: t.principal, minWidth: 140, cell: ({ what }) => <Text of={what.principal ?? ""} /> },
    { id: "sequence", header: t.sequence, minWidth: 80, cell: ({ sequence }) => number(sequence) },
  ];
}

function read(told: string): Told {
  try {
    return JSON.parse(told);
  } catch {
    return {};
  }
}
