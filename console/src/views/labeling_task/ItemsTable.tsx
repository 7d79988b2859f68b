import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useLivePages } from "../../live/pages";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";

type Item = Schemas["LabelItems"]["items"][number];

const [PAGE, AT_REST] = [50, 60_000];

/** Reviewers see all items; who annotates, those with an answer of their own. */
export function ItemsTable({ taskId, judges }: { taskId: string; judges: boolean }) {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const columns = useColumns(taskId, judges);
  const ask = useCallback(
    async (next: string | undefined, signal: AbortSignal) => {
      const params = { path: { task_id: taskId }, query: { limit: PAGE, next } };
      const list = await answer(api.GET("/label-tasks/{task_id}/items", { params, signal }));
      return { items: list.items, ...(list.next ? { next: list.next } : {}) };
    },
    [api, taskId],
  );
  const { items = [], more, error, loading } = useLivePages(ask, () => AT_REST);
  return (
    <>
      {error !== undefined && (
        <Alert type="error" header={t.itemsFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      <Table
        variant={narrow ? "borderless" : "container"}
        items={items}
        trackBy="number"
        wrapLines
        loading={loading && items.length === 0}
        loadingText={t.loading}
        ariaLabels={{ tableLabel: t.items }}
        header={<Header variant="h2">{t.items}</Header>}
        footer={more && <Button onClick={more}>{t.more}</Button>}
        empty={t.noItems}
        columnDefinitions={narrow ? columns.slice(0, 3) : columns}
      />
    </>
  );
}

function useColumns(taskId: string, judges: boolean): TableProps.ColumnDefinition<Item>[] {
  const t = useMessages(messages);
  const { number } = useFormats();
  const name = ({ source }: Item) => (source.startsWith("s3://") ? source.split("/").at(-1) || source : source);
  return [
    {
      id: "item",
      header: t.item,
      isRowHeader: true,
      minWidth: 160,
      cell: (item) => (
        <Link to={`/labeling/${taskId}/items/${item.number}${judges ? "/review" : ""}`}>
          {item.number} · <Text of={name(item)} />
        </Link>
      ),
    },
    { id: "status", header: t.status, minWidth: 110, cell: ({ status }) => t.itemStatuses[status] },
    judges
      ? { id: "submitted", header: t.answers, minWidth: 90, cell: ({ submitted }) => number(submitted ?? 0) }
      : { id: "own", header: t.ownAnswer, minWidth: 110, cell: ({ answer_status }) => (answer_status ? (t.answerStatuses[answer_status] ?? answer_status) : "–") },
    ...(judges
      ? [
          {
            id: "agreement",
            header: t.itemAgreement,
            minWidth: 110,
            cell: ({ agreement }: Item) => (typeof agreement === "number" ? number(Math.round(agreement * 1000) / 1000) : "–"),
          },
        ]
      : []),
    { id: "failure", header: t.failure, minWidth: 160, cell: ({ failure }) => (failure ? <Text of={failure} /> : "") },
  ];
}
