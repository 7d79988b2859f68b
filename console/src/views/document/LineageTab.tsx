import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useMemo } from "react";
import { answer } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { LineagePanel } from "../../lineage/LineagePanel";
import { messages as lineageMessages } from "../../lineage/messages";
import { ofDocument } from "../../lineage/ofDocument";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { messages } from "./messages";

const PAUSE = 30_000;

/** From the document's file to the answers that cite it. */
export function LineageTab({ documentId: document_id }: { documentId: string }) {
  const t = useMessages(messages);
  const words = useMessages(lineageMessages);
  const api = useApi();
  const { time } = useFormats();
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/documents/{document_id}/lineage", { params: { path: { document_id } }, signal })),
    [api, document_id],
  );
  const { value: found, error } = useLive(load, () => PAUSE);
  // A new object with the same content comes with every reload.
  const text = JSON.stringify(found);
  const lineage = useMemo(() => (text ? ofDocument(JSON.parse(text), words, time) : undefined), [text, words, time]);
  if (error !== undefined) {
    return (
      <Alert type="error" header={t.lineageFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  if (!found || !lineage) return <StatusIndicator type="loading">{words.loading}</StatusIndicator>;
  return (
    <SpaceBetween size="m">
      {found.answers.is_least && <Alert type="info">{words.least}</Alert>}
      <LineagePanel label={t.lineage} lineage={lineage} />
    </SpaceBetween>
  );
}
