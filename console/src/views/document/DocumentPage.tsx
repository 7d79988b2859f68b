import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Tabs from "@cloudscape-design/components/tabs";
import { lazy, Suspense, useCallback, useEffect, useMemo } from "react";
import { useParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi, useDeployment } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { useViewAt } from "../../shell/views";
import { Text } from "../../text/Text";
import { Where } from "../../shell/Where";
import { shown } from "../../text/plain";
import { DocumentStatus } from "../documents/DocumentStatus";
import styles from "./DocumentPage.module.css";
import { Gaps } from "./Gaps";
import { ImageDetails } from "./ImageDetails";
import { ImageList } from "./ImageList";
import { LineageTab } from "./LineageTab";
import { loadDocument } from "./loadDocument";
import { messages } from "./messages";
import { Progress } from "./Progress";
import { TracePanel } from "./trace/TracePanel";
import { type Tab, usePlace } from "./usePlace";

const PdfViewer = lazy(() => import("./pdf/PdfViewer"));

type Document = Schemas["DocumentDetails"];

const WHILE_MOVING = 3_000;
// Links to images are valid for five minutes.
const AT_REST = 240_000;

/** One document: the PDF with its images, what was read in them, what was not, and how the work went. */
export default function DocumentPage() {
  const t = useMessages(messages);
  const { documentId = "" } = useParams();
  const api = useApi();
  const load = useCallback((signal: AbortSignal) => loadDocument(api, documentId, signal), [api, documentId]);
  const pause = ({ status }: Document) => (["INGESTING", "REMOVING"].includes(status) ? WHILE_MOVING : AT_REST);
  const { value: document, error, reload } = useLive(load, pause, "document");

  const name = document && shown(document.file_name);
  useEffect(() => {
    if (name) window.document.title = `${name} · Docent`;
  }, [name]);

  return (
    <SpaceBetween size="m">
      <Where label={t.where} list={{ text: t.documents, href: "/documents" }} name={name} />
      {error !== undefined && (
        <Alert type="error" header={t.documentFailed} action={<Button onClick={reload}>{t.again}</Button>}>
          <ErrorText error={error} />
        </Alert>
      )}
      {document ? (
        <Shown key={documentId} document={document} onReload={reload} />
      ) : (
        error === undefined && <StatusIndicator type="loading">{t.loading}</StatusIndicator>
      )}
    </SpaceBetween>
  );
}

function Shown({ document, onReload }: { document: Document; onReload: () => void }) {
  const t = useMessages(messages);
  const { place, passage, go } = usePlace();
  const hasLineage = useViewAt("/products");
  const ask = useFileLink(document.document_id, document.updated_at);
  const { pictures: images } = document;
  const labels = useMemo(
    () => new Map(images.map((image, index) => [image.picture_id, t.imageLabel(index + 1, image.places[0]?.page ?? 0)])),
    [images, t],
  );
  const placed = useMemo(
    () => images.map((image) => ({ id: image.picture_id, label: labels.get(image.picture_id)!, places: image.places })),
    [images, labels],
  );
  const chosen = images.find((image) => image.picture_id === place.image);

  function choose(imageId: string) {
    const at = images.find((image) => image.picture_id === imageId)?.places ?? [];
    const page = at.some((each) => each.page === place.page) ? place.page : (at[0]?.page ?? place.page);
    go({ image: imageId, page, tab: "images" });
  }

  return (
    <SpaceBetween size="m">
      <Header variant="h1" description={<Facts document={document} />}>
        <Text of={document.file_name} />
      </Header>
      {document.error && (
        <Alert
          type="error"
          header={<Text of={document.error.name} />}
          action={place.tab !== "trace" && <Button onClick={() => go({ tab: "trace" })}>{t.showTrace}</Button>}
        >
          <Text of={document.error.message} />
        </Alert>
      )}
      <Progress document={document} onChanged={onReload} />
      <div className={styles.columns}>
        <Suspense fallback={<Loading />}>
          <PdfViewer
            ask={ask}
            page={place.page}
            onPage={(page) => go({ page })}
            images={placed}
            passage={passage}
            chosen={chosen?.picture_id}
            onChoose={choose}
          />
        </Suspense>
        <div className={styles.side}>
          <Tabs
            ariaLabel={t.about}
            activeTabId={place.tab}
            onChange={({ detail }) => go({ tab: detail.activeTabId as Tab })}
            tabs={[
              {
                id: "images",
                label: t.images(images.length),
                content: chosen ? (
                  <ImageDetails
                    key={chosen.picture_id}
                    image={chosen}
                    label={labels.get(chosen.picture_id)!}
                    onPage={(page) => go({ page })}
                    onClose={() => go({ image: undefined })}
                    onExpired={onReload}
                  />
                ) : (
                  <ImageList images={images} labelOf={(image) => labels.get(image.picture_id)!} onChoose={choose} />
                ),
              },
              {
                id: "gaps",
                label: t.gaps(document.gaps.length),
                content: <Gaps gaps={document.gaps} onShow={(page, image) => (image ? choose(image) : go({ page }))} />,
              },
              ...(hasLineage
                ? [{ id: "lineage", label: t.lineage, content: <LineageTab documentId={document.document_id} /> }]
                : []),
              {
                id: "trace",
                label: t.trace,
                content: (
                  <TracePanel
                    documentId={document.document_id}
                    labelOf={(id, pages) => labels.get(id) ?? t.imageOnPage(pages[0] ?? 0)}
                    onRedriven={onReload}
                  />
                ),
              },
            ]}
          />
        </div>
      </div>
    </SpaceBetween>
  );
}

function Facts({ document }: { document: Document }) {
  const t = useMessages(messages);
  const { number, dollars } = useFormats();
  const tokens = document.input_tokens + document.output_tokens;
  return (
    <div className={styles.facts}>
      <DocumentStatus document={document} />
      {document.page_count > 0 && <span>{t.pages(document.page_count)}</span>}
      {tokens > 0 && (
        <span>{t.tokensAndCost(number(document.input_tokens), number(document.output_tokens), dollars(document.cost_usd))}</span>
      )}
    </div>
  );
}

function Loading() {
  const t = useMessages(messages);
  return (
    <Box textAlign="center" padding="xxl">
      <StatusIndicator type="loading">{t.opening}</StatusIndicator>
    </Box>
  );
}

/** Gives links to a document's file; another function when the document was uploaded again. */
function useFileLink(documentId: string, version: string): () => Promise<string> {
  const api = useApi();
  const { config } = useDeployment();
  return useCallback(async () => {
    const params = { path: { document_id: documentId } };
    const { url } = await answer(api.GET("/documents/{document_id}/file", { params }));
    return sameOrigin(url, config.files);
  }, [api, config.files, documentId, version]);
}
