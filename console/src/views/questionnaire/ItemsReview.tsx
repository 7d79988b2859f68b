import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLivePages } from "../../live/pages";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { ItemPanel } from "./ItemPanel";
import styles from "./ItemsReview.module.css";
import { messages } from "./messages";
import { type ReviewKey, reviewKey } from "./review_keys";
import { useItemFilter } from "./useItemFilter";

type Item = Schemas["Item"];

const PAGE = 100;
const AT_REST = 60_000;

/** The questions of a questionnaire as a grid, and beside it the one that is chosen. `changes` asks for them again. */
export function ItemsReview({ questionnaireId, changes }: { questionnaireId: string; changes: string }) {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const columns = useColumns();
  const { filter, chosen, change } = useItemFilter();
  const { status, confidence, review, needs_review } = filter;
  const [command, setCommand] = useState<{ key: ReviewKey }>();
  const region = useRef<HTMLDivElement>(null);

  const ask = useCallback(
    (next: string | undefined, signal: AbortSignal) => {
      const query = { limit: PAGE, next, status, confidence, review, needs_review };
      const params = { path: { questionnaire_id: questionnaireId }, query };
      return answer(api.GET("/questionnaires/{questionnaire_id}/items", { params, signal }));
    },
    [api, questionnaireId, status, confidence, review, needs_review],
  );
  const { items = [], more, error, loading, reload } = useLivePages(ask, () => AT_REST);
  useEffect(reload, [changes, reload]);

  const at = items.findIndex((each) => each.number === chosen);
  const show = (item?: Item) => {
    if (!item) return;
    change({ item: String(item.number) });
    region.current?.focus({ preventScroll: true });
  };
  const step = (by: number) => show(items[at < 0 ? 0 : at + by]);
  function press(event: KeyboardEvent) {
    const key = reviewKey(event.nativeEvent);
    if (!key) return;
    event.preventDefault();
    if (key === "next") step(1);
    else if (key === "previous") step(-1);
    else setCommand({ key });
  }

  const filters = [
    { name: "status", any: t.anyStatus, values: t.statuses, value: status },
    { name: "confidence", any: t.anyConfidence, values: t.confidences, value: confidence },
    { name: "review", any: t.anyReview, values: t.reviews, value: review },
    { name: "needs_review", any: t.anyNeed, values: { true: t.needsReview, false: t.needsNone }, value: needs_review },
  ];
  const filtered = filters.some((each) => each.value);
  return (
    <div ref={region} className={styles.review} tabIndex={-1} onKeyDown={press}>
      <SpaceBetween size="s">
        {error !== undefined && (
          <Alert type="error" header={t.itemsFailed}>
            <ErrorText error={error} />
          </Alert>
        )}
        <Table
          variant={narrow ? "borderless" : "container"}
          wrapLines
          trackBy="number"
          items={items}
          loading={loading && items.length === 0}
          loadingText={t.loading}
          columnDefinitions={narrow ? columns.filter(({ id }) => id === "question" || id === "review") : columns}
          selectionType="single"
          selectedItems={items.filter((each) => each.number === chosen)}
          onSelectionChange={({ detail }) => show(detail.selectedItems[0])}
          onRowClick={({ detail }) => show(detail.item)}
          ariaLabels={{
            tableLabel: t.itemsTitle,
            selectionGroupLabel: t.itemsTitle,
            itemSelectionLabel: (_, item) => `${t.question} ${item.number}`,
          }}
          header={
            <Header variant="h2" description={narrow ? undefined : t.keys}>
              {t.itemsTitle}
            </Header>
          }
          filter={
            <div className={styles.filters}>
              {filters.map(({ name, any, values, value }) => {
                const options = [{ value: "", label: any }, ...Object.entries(values).map(([each, label]) => ({ value: each, label }))];
                return (
                  <Select
                    key={name}
                    ariaLabel={any}
                    options={options}
                    selectedOption={options.find((each) => each.value === (value ?? "")) ?? null}
                    onChange={({ detail }) => change({ [name]: detail.selectedOption.value })}
                  />
                );
              })}
            </div>
          }
          footer={more && <Button onClick={more}>{t.more}</Button>}
          empty={
            <Box textAlign="center" padding="l">
              <SpaceBetween size="s">
                <Box variant="h3">{filtered ? t.noMatch : t.noItems}</Box>
                {filtered && (
                  <Button onClick={() => change(Object.fromEntries(filters.map(({ name }) => [name, undefined])))}>
                    {t.clearFilter}
                  </Button>
                )}
              </SpaceBetween>
            </Box>
          }
        />
      </SpaceBetween>
      <aside className={styles.panel} aria-label={t.answer} tabIndex={0}>
        {chosen === undefined ? (
          <Box color="text-body-secondary">{t.choose}</Box>
        ) : (
          <ItemPanel
            key={chosen}
            questionnaireId={questionnaireId}
            number={chosen}
            command={command}
            onStep={step}
            onChanged={reload}
          />
        )}
      </aside>
    </div>
  );
}

function useColumns(): TableProps.ColumnDefinition<Item>[] {
  const t = useMessages(messages);
  const short = (text: string) => (
    <div className={styles.short}>
      <Text of={text} />
    </div>
  );
  return [
    { id: "number", header: t.number, width: 64, cell: (item) => <Text of={item.label ?? String(item.number)} /> },
    { id: "question", header: t.question, isRowHeader: true, minWidth: 120, cell: (item) => short(item.question) },
    {
      id: "answer",
      header: t.answer,
      minWidth: 120,
      cell: (item) =>
        item.status === "answered" || item.status === "already_answered"
          ? short([...(item.values ?? []), item.completion ?? ""].filter(Boolean).join(" · "))
          : t.statuses[item.status],
    },
    {
      id: "review",
      header: t.review,
      minWidth: 110,
      cell: (item) => (
        <>
          <div>{item.review === "open" && item.needs_review ? t.needsReview : t.reviews[item.review]}</div>
          <Box fontSize="body-s" color="text-body-secondary">
            {t.confidence}: {t.confidences[item.confidence]}
          </Box>
        </>
      ),
    },
  ];
}
