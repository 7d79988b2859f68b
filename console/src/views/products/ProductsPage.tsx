import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useCallback, useState } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { CreateDialog } from "./CreateDialog";
import { messages } from "./messages";
import { RequestDialog } from "./RequestDialog";

type Product = Schemas["ListedProduct"];

const PAUSE = 60_000;

export default function ProductsPage() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const [own, setOwn] = useState(false);
  const [classification, setClassification] = useState<Product["classification"]>();
  const [asking, setAsking] = useState<Product>();
  const [creating, setCreating] = useState(false);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const query = { ...(text ? { text } : {}), ...(own ? { owned: "true" as const } : {}), ...(classification ? { classification } : {}) };
      return (await answer(api.GET("/products", { params: { query }, signal }))).products;
    },
    [api, text, own, classification],
  );
  const { value, error, loading, reload } = useLive(load, () => PAUSE);

  async function publish({ product_id, version }: Product) {
    try {
      const params = { path: { product_id } };
      await answer(api.PUT("/products/{product_id}", { params, body: { version, status: "published" } }));
      notify("success", t.published);
      reload();
    } catch (refused) {
      fail(t.changeFailed, refused);
    }
  }

  const kinds = [
    { value: "", label: t.every },
    ...Object.entries(t.classifications).map(([value, label]) => ({ value, label })),
  ];
  const columns = useColumns(setAsking, (product) => void publish(product));
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
        trackBy="product_id"
        items={value ?? []}
        loading={loading}
        loadingText={t.loading}
        columnDefinitions={narrow ? columns.filter(({ id }) => id === "name" || id === "action") : columns}
        ariaLabels={{ tableLabel: t.title }}
        header={
          <Header
            variant="h1"
            description={narrow ? undefined : t.description}
            actions={
              <Button variant="primary" onClick={() => setCreating(true)}>
                {t.create}
              </Button>
            }
          >
            {t.title}
          </Header>
        }
        filter={
          <SpaceBetween direction="horizontal" size="m" alignItems="center">
            <TextFilter
              filteringText={typed}
              filteringPlaceholder={t.search}
              filteringAriaLabel={t.search}
              onChange={({ detail }) => setTyped(detail.filteringText)}
              onDelayedChange={({ detail }) => setText(detail.filteringText.trim())}
            />
            <Select
              options={kinds}
              selectedOption={kinds.find(({ value }) => value === (classification ?? "")) ?? null}
              ariaLabel={t.classification}
              onChange={({ detail }) => setClassification((detail.selectedOption.value || undefined) as Product["classification"] | undefined)}
            />
            <Checkbox checked={own} onChange={({ detail }) => setOwn(detail.checked)}>
              {t.own}
            </Checkbox>
          </SpaceBetween>
        }
        empty={
          <Box textAlign="center" padding="l">
            <Box variant="h2">{t.none}</Box>
            <Text of={t.noneDetail} rich />
          </Box>
        }
      />
      {asking && <RequestDialog product={asking} onClose={() => setAsking(undefined)} />}
      {creating && (
        <CreateDialog
          onClose={(made) => {
            setCreating(false);
            if (made) reload();
          }}
        />
      )}
    </SpaceBetween>
  );
}

function useColumns(ask: (product: Product) => void, publish: (product: Product) => void): TableProps.ColumnDefinition<Product>[] {
  const t = useMessages(messages);
  return [
    {
      id: "name",
      header: t.name,
      isRowHeader: true,
      minWidth: 200,
      cell: ({ name, description, product_id }) => (
        <>
          <Link to={`/products/${product_id}`}>
            <Text of={name} />
          </Link>
          <Box variant="small" color="text-body-secondary" display="block">
            <Text of={description || product_id} />
          </Box>
        </>
      ),
    },
    { id: "classification", header: t.classification, minWidth: 130, cell: (each) => t.classifications[each.classification] },
    { id: "owner", header: t.owner, minWidth: 150, cell: ({ owner }) => <Text of={owner} /> },
    {
      id: "status",
      header: t.status,
      minWidth: 150,
      cell: ({ status, granted }) =>
        granted ? <StatusIndicator type="success">{t.granted}</StatusIndicator> : t.statuses[status],
    },
    {
      id: "action",
      header: t.action,
      minWidth: 150,
      cell: (each) =>
        each.status === "published" ? (
          <Button wrapText={false} ariaLabel={`${t.request}: ${shown(each.name)}`} onClick={() => ask(each)}>
            {t.request}
          </Button>
        ) : (
          each.managed &&
          each.status === "draft" && (
            <Button ariaLabel={`${t.publish}: ${shown(each.name)}`} onClick={() => publish(each)}>
              {t.publish}
            </Button>
          )
        ),
    },
  ];
}
