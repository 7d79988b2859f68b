import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { ReactNode } from "react";
import type { useLivePages } from "../live/pages";
import { useNarrow } from "../shell/narrow";
import { ErrorText } from "../shell/notifications";

/** What such a page says. */
export interface ListMessages {
  title: string;
  description: string;
  listFailed: string;
  loading: string;
  more: string;
  none: string;
}

interface Props<T> {
  t: ListMessages;
  list: ReturnType<typeof useLivePages<T>>;
  /** The first two are shown on a phone. */
  columns: TableProps.ColumnDefinition<T>[];
  trackBy: keyof T & string;
  actions?: ReactNode;
  /** What to do while the list is empty. */
  empty: ReactNode;
}

/** A view that is one table. */
export function ListPage<T>({ t, list, columns, trackBy, actions, empty }: Props<T>) {
  const narrow = useNarrow();
  return (
    <SpaceBetween size="l">
      {list.error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={list.error} />
        </Alert>
      )}
      <Table
        variant={narrow ? "borderless" : "container"}
        wrapLines
        trackBy={trackBy}
        items={list.items ?? []}
        loading={list.loading && !list.items}
        loadingText={t.loading}
        columnDefinitions={narrow ? columns.slice(0, 2) : columns}
        ariaLabels={{ tableLabel: t.title }}
        header={
          <Header variant="h1" description={narrow ? undefined : t.description} actions={actions}>
            {t.title}
          </Header>
        }
        footer={list.more && <Button onClick={list.more}>{t.more}</Button>}
        empty={
          <Box textAlign="center" padding="l">
            <SpaceBetween size="s">
              <Box variant="h2">{t.none}</Box>
              {empty}
            </SpaceBetween>
          </Box>
        }
      />
    </SpaceBetween>
  );
}
