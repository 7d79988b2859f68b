import { useCallback } from "react";
import { answer } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { LineageView } from "../../lineage/LineageView";
import { ofDocument } from "../../lineage/ofDocument";
import { useApi } from "../../shell/deployment";
import { messages } from "./messages";

/** From the document's file to the answers that cite it. */
export function LineageTab({ documentId: document_id }: { documentId: string }) {
  const t = useMessages(messages);
  const api = useApi();
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/documents/{document_id}/lineage", { params: { path: { document_id } }, signal })),
    [api, document_id],
  );
  return <LineageView label={t.lineage} load={load} lineageOf={ofDocument} />;
}
