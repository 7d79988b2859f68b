import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Tabs from "@cloudscape-design/components/tabs";
import { useCallback, useEffect, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { LineageView } from "../../lineage/LineageView";
import { ofProduct } from "../../lineage/ofProduct";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Where } from "../../shell/Where";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { AccessTable } from "../access/AccessTable";
import { messages as productsMessages } from "../products/messages";
import { RequestDialog } from "../products/RequestDialog";
import { messages } from "./messages";

const PAUSE = 30_000;
const WHILE_WAITING = 5_000;

/** One data product: what it has, who has access to it and why, and which answers came from it. */
export default function ProductPage() {
  const t = useMessages(messages);
  const of = useMessages(productsMessages);
  const api = useApi();
  const { productId: product_id = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const [asking, setAsking] = useState(false);
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/products/{product_id}", { params: { path: { product_id } }, signal })),
    [api, product_id],
  );
  const { value: product, error, reload } = useLive(load, () => PAUSE);
  const name = product && shown(product.name);
  useEffect(() => {
    if (name) window.document.title = `${name} · Docent`;
  }, [name]);

  return (
    <SpaceBetween size="m">
      <Where label={t.where} list={{ text: of.title, href: "/products" }} name={name} />
      {error !== undefined && (
        <Alert type="error" header={t.failed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {!product && error === undefined && <StatusIndicator type="loading">{of.loading}</StatusIndicator>}
      {product && (
        <SpaceBetween size="m">
          <Header
            variant="h1"
            description={product.description && <Text of={product.description} />}
            actions={
              product.status === "published" && (
                <Button variant="primary" onClick={() => setAsking(true)}>
                  {of.request}
                </Button>
              )
            }
          >
            <Text of={product.name} />
          </Header>
          <Facts product={product} />
          <Tabs
            ariaLabel={t.about}
            activeTabId={params.get("tab") === "lineage" ? "lineage" : "access"}
            onChange={({ detail }) => setParams(detail.activeTabId === "access" ? {} : { tab: detail.activeTabId }, { replace: true })}
            tabs={[
              { id: "access", label: t.access, content: <Access productId={product_id} managed={product.managed} /> },
              { id: "lineage", label: t.lineage, content: <ProductLineage productId={product_id} name={product.name} /> },
            ]}
          />
          {asking && (
            <RequestDialog
              product={product}
              onClose={() => {
                setAsking(false);
                reload();
              }}
            />
          )}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function Facts({ product }: { product: Schemas["ProductDetails"] }) {
  const t = useMessages(messages);
  const of = useMessages(productsMessages);
  const { number, time } = useFormats();
  const { quality } = product;
  const ages = quality.oldest_at && quality.newest_at ? t.ages(time(quality.oldest_at), time(quality.newest_at)) : "–";
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: of.status,
            value: product.granted ? <StatusIndicator type="success">{of.granted}</StatusIndicator> : of.statuses[product.status],
          },
          { label: of.classification, value: of.classifications[product.classification] },
          { label: of.department, value: <Text of={product.department} /> },
          {
            label: of.owner,
            value: (
              <>
                <Text of={product.owner} />
                {product.owner_left && (
                  <div>
                    <StatusIndicator type="warning">{t.left}</StatusIndicator>
                  </div>
                )}
              </>
            ),
          },
          { label: t.documents, value: t.counted(number(quality.documents), number(quality.pages), number(quality.images)) },
          { label: t.quality, value: t.gaps(number(quality.gaps), number(quality.failed)) },
          { label: t.age, value: ages },
          { label: t.terms, value: product.terms.length > 0 ? <Text of={product.terms.join(", ")} /> : "–" },
        ]}
      />
    </Container>
  );
}

/** Who has what, and why; of a product that somebody else looks after, what is the user's own. */
function Access({ productId: product_id, managed }: { productId: string; managed: boolean }) {
  const t = useMessages(messages);
  const api = useApi();
  const load = useCallback(
    async (signal: AbortSignal) => (await answer(api.GET("/subscriptions", { params: { query: { product_id } }, signal }))).subscriptions,
    [api, product_id],
  );
  const { value, error, loading, reload } = useLive(load, (found) =>
    found.some(({ status }) => status === "WAITING") ? WHILE_WAITING : PAUSE,
  );
  return (
    <SpaceBetween size="m">
      {error !== undefined && (
        <Alert type="error" header={t.failed}>
          <ErrorText error={error} />
        </Alert>
      )}
      <AccessTable
        what="product"
        subscriptions={value}
        loading={loading}
        onChanged={reload}
        header={
          <Header variant="h2" counter={value && `(${value.length})`} description={managed ? t.whoHas : t.whoHasOwn}>
            {t.access}
          </Header>
        }
        empty={t.nobody}
      />
    </SpaceBetween>
  );
}

function ProductLineage({ productId: product_id, name }: { productId: string; name: string }) {
  const t = useMessages(messages);
  const api = useApi();
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/products/{product_id}/lineage", { params: { path: { product_id } }, signal })),
    [api, product_id],
  );
  return <LineageView label={`${t.lineage}: ${shown(name)}`} load={load} lineageOf={ofProduct} />;
}
