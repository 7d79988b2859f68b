import SpaceBetween from "@cloudscape-design/components/space-between";
import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi, useDeployment } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import styles from "./DocumentsPage.module.css";
import { DocumentsTable } from "./DocumentsTable";
import { messages } from "./messages";
import { uploadsOf } from "./uploads";
import { useDroppedFiles } from "./useDroppedFiles";
import { useFilter } from "./useFilter";

const ReadersEditor = lazy(() => import("./ReadersEditor"));
const RemoveDialog = lazy(() => import("./RemoveDialog"));
const UploadsPanel = lazy(() => import("./UploadsPanel"));

type Document = Schemas["Document"];

const MOVING = new Set<Document["status"]>(["INGESTING", "REMOVING"]);
const PAGE = 50;
const WHILE_MOVING = 2_000;
const AT_REST = 20_000;

/** All documents that the user can read, and what can be done to them. */
export default function DocumentsPage() {
  const t = useMessages(messages);
  const api = useApi();
  const { config } = useDeployment();
  const { notify } = useNotifications();
  // Where each page begins; the API tells where the next one does.
  const [places, setPlaces] = useState<(string | undefined)[]>([undefined]);
  const [page, setPage] = useState(0);
  const [selected, setSelected] = useState<Document[]>([]);
  const [dialog, setDialog] = useState<"remove" | "readers">();

  const { filter, typed, type, change } = useFilter();
  const { name, status, sort, descending } = filter;
  useEffect(() => {
    setPlaces([undefined]);
    setPage(0);
    setSelected([]);
  }, [name, status, sort, descending]);

  const place = places[page];
  const load = useCallback(
    (signal: AbortSignal) => {
      const order = descending ? "descending" : "ascending";
      const query = { limit: PAGE, next: place, name: name || undefined, status: status || undefined, sort, order } as const;
      return answer(api.GET("/documents", { params: { query }, signal }));
    },
    [api, place, name, status, sort, descending],
  );
  const pause = (list: Schemas["Documents"]) =>
    list.documents.some((each) => MOVING.has(each.status)) ? WHILE_MOVING : AT_REST;
  const { value: list, error, loading, reload } = useLive(load, pause, "document");

  const uploads = uploadsOf(api, config.files);
  const uploading = useSyncExternalStore(uploads.subscribe, uploads.all);
  const sent = uploading.filter((each) => each.state === "sent").length;
  useEffect(() => {
    // The row appears when the workflow has claimed the upload, a moment after S3 has it.
    if (!sent) return;
    const timer = window.setTimeout(reload, 700);
    return () => window.clearTimeout(timer);
  }, [sent, reload]);

  const add = useCallback(
    (files: File[]) => {
      const isPdf = (file: File) => file.name.toLowerCase().endsWith(".pdf");
      const others = files.filter((file) => !isPdf(file)).map((file) => file.name);
      if (others.length) notify("warning", t.notPdf(others), t.notPdfDetail);
      uploads.add(files.filter(isPdf));
    },
    [uploads, notify, t],
  );
  const dragging = useDroppedFiles(add);

  function closed(changed: boolean) {
    setDialog(undefined);
    if (!changed) return;
    setSelected([]);
    reload();
  }

  return (
    <SpaceBetween size="l">
      {dragging && (
        <div className={styles.drop} role="status">
          {t.drop}
        </div>
      )}
      {uploading.length > 0 && (
        <Suspense>
          <UploadsPanel uploads={uploads} />
        </Suspense>
      )}
      <DocumentsTable
        documents={list?.documents ?? []}
        error={error}
        loading={loading}
        selected={selected}
        onSelect={setSelected}
        onUpload={add}
        onRemove={() => setDialog("remove")}
        onChangeReaders={() => setDialog("readers")}
        onRefresh={reload}
        filter={filter}
        typed={typed}
        onType={type}
        onFilter={change}
        page={page}
        pageCount={places.length}
        hasMore={list?.next !== undefined}
        onPage={(number) => {
          if (number === places.length) setPlaces([...places, list?.next]);
          setPage(number);
          setSelected([]);
        }}
      />
      <Suspense>
        {dialog === "remove" && <RemoveDialog documents={selected} onClose={closed} />}
        {dialog === "readers" && selected[0] && <ReadersEditor document={selected[0]} onClose={closed} />}
      </Suspense>
    </SpaceBetween>
  );
}
