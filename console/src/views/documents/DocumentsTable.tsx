import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { lazy, Suspense, useRef } from "react";
import type { Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { DocumentName } from "./DocumentName";
import styles from "./DocumentsTable.module.css";
import { DocumentStatus } from "./DocumentStatus";
import { messages } from "./messages";
import type { Filter } from "./useFilter";

type Document = Schemas["Document"];

const Pagination = lazy(() => import("@cloudscape-design/components/pagination"));

/** Pixels of the shell's header, which covers the top of the page. */
const HEADER_HEIGHT = 56;

/** Pixels of the columns on a phone: the longest status is not broken. */
const NARROW: Record<string, number> = { name: 110, status: 155 };

interface Props {
  documents: Document[];
  error: unknown;
  loading: boolean;
  selected: Document[];
  onSelect: (documents: Document[]) => void;
  onUpload: (files: File[]) => void;
  onRemove: () => void;
  onChangeReaders: () => void;
  onRefresh: () => void;
  filter: Filter;
  /** The name that is being typed. */
  typed: string;
  onType: (name: string) => void;
  onFilter: (filter: Filter) => void;
  page: number;
  pageCount: number;
  hasMore: boolean;
  onPage: (page: number) => void;
}

export function DocumentsTable(props: Props) {
  const { documents, error, loading, selected, filter, page, pageCount, hasMore } = props;
  const t = useMessages(messages);
  const narrow = useNarrow();
  const columns = useColumns();
  const statuses = [
    { value: "", label: t.anyStatus },
    ...Object.entries(t.statuses).filter(([value]) => value !== "REMOVED").map(([value, label]) => ({ value, label })),
  ];
  const choose = useRef<HTMLInputElement>(null);
  const upload = (variant: "primary" | "normal") => (
    <Button variant={variant} iconName="upload" onClick={() => choose.current?.click()}>
      {t.upload}
    </Button>
  );
  const mine = selected.length > 0 && selected.every((each) => each.owned);
  return (
    <>
      <input
        ref={choose}
        type="file"
        accept="application/pdf,.pdf"
        multiple
        hidden
        aria-label={t.upload}
        onChange={(event) => {
          props.onUpload([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      {error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      <Table
        variant={narrow ? "borderless" : "container"}
        stickyHeader
        stickyHeaderVerticalOffset={HEADER_HEIGHT}
        wrapLines
        trackBy="document_id"
        items={documents}
        loading={loading}
        loadingText={t.loading}
        sortingColumn={{ sortingField: filter.sort }}
        sortingDescending={filter.descending}
        onSortingChange={({ detail: { sortingColumn, isDescending } }) =>
          props.onFilter({ ...filter, sort: sortingColumn.sortingField as Filter["sort"], descending: !!isDescending })
        }
        columnDefinitions={narrow ? columns.slice(0, 2).map((column) => ({ ...column, minWidth: NARROW[column.id!]! })) : columns}
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => props.onSelect(detail.selectedItems)}
        ariaLabels={{
          tableLabel: t.title,
          selectionGroupLabel: t.select,
          allItemsSelectionLabel: () => t.select,
          itemSelectionLabel: (_, document) => t.selected(shown(document.file_name)),
        }}
        header={
          <Header
            variant="h1"
            description={narrow ? undefined : t.description}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={t.refresh} onClick={props.onRefresh} />
                <ButtonDropdown
                  disabled={selected.length === 0}
                  items={[
                    {
                      id: "readers",
                      text: t.readers,
                      disabled: !mine || selected.length > 1,
                      disabledReason: mine ? undefined : t.onlyOwners,
                    },
                    { id: "remove", text: t.remove, disabled: !mine, disabledReason: t.onlyOwners },
                  ]}
                  onItemClick={({ detail }) => (detail.id === "remove" ? props.onRemove() : props.onChangeReaders())}
                >
                  {t.actions}
                </ButtonDropdown>
                {upload("primary")}
              </SpaceBetween>
            }
          >
            {t.title}
          </Header>
        }
        pagination={
          pageCount > 1 || hasMore ? (
            <Suspense>
              <Pagination
                currentPageIndex={page + 1}
                pagesCount={pageCount}
                openEnd={hasMore}
                ariaLabels={{ nextPageLabel: t.next, previousPageLabel: t.previous, pageLabel: t.page }}
                onChange={({ detail }) => props.onPage(detail.currentPageIndex - 1)}
              />
            </Suspense>
          ) : undefined
        }
        filter={
          <div className={styles.filter}>
            <Input
              type="search"
              value={props.typed}
              placeholder={t.filter}
              ariaLabel={t.filter}
              clearAriaLabel={t.clearFilter}
              onChange={({ detail }) => props.onType(detail.value)}
            />
            <Select
              ariaLabel={t.status}
              selectedOption={statuses.find((each) => each.value === filter.status) ?? null}
              options={statuses}
              onChange={({ detail }) =>
                props.onFilter({ ...filter, status: detail.selectedOption.value as Filter["status"] })
              }
            />
          </div>
        }
        empty={filter.name || filter.status ? (
          <Box textAlign="center" padding="l">
            <SpaceBetween size="s">
              <Box variant="h2">{t.noMatch}</Box>
              <Button onClick={() => props.onFilter({ ...filter, name: "", status: "" })}>{t.clearFilter}</Button>
            </SpaceBetween>
          </Box>
        ) : (
          <Box textAlign="center" padding="l">
            <SpaceBetween size="s">
              <Box variant="h2">{t.none}</Box>
              <Box color="text-body-secondary">{t.noneDetail}</Box>
              {upload("normal")}
            </SpaceBetween>
          </Box>
        )}
      />
    </>
  );
}

function useColumns(): TableProps.ColumnDefinition<Document>[] {
  const t = useMessages(messages);
  const { number, time } = useFormats();
  // The counts of a document that is being read are not known yet.
  const count = ({ status }: Document, value: number) => (status === "INGESTING" && !value ? "–" : number(value));
  return [
    {
      id: "name",
      header: t.name,
      cell: (document) => <DocumentName document={document} />,
      isRowHeader: true,
      sortingField: "name",
      minWidth: 100,
    },
    { id: "status", header: t.status, cell: (document) => <DocumentStatus document={document} />, minWidth: 180 },
    { id: "pages", header: t.pages, cell: (document) => count(document, document.page_count), minWidth: 90 },
    { id: "images", header: t.images, cell: (document) => count(document, document.picture_count), minWidth: 90 },
    {
      id: "gaps",
      header: t.gaps,
      cell: (document) => (
        <>
          {count(document, document.gap_count)}
          {document.unread_pages.length > 0 && (
            <Box fontSize="body-s" color="text-body-secondary">
              {t.onPages(document.unread_pages)}
            </Box>
          )}
        </>
      ),
      minWidth: 90,
    },
    {
      id: "uploaded",
      header: t.uploaded,
      cell: ({ uploaded_at: uploaded }) => (uploaded ? time(uploaded) : "–"),
      sortingField: "uploaded",
      minWidth: 160,
    },
  ];
}
