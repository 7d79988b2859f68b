import Alert from "@cloudscape-design/components/alert";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback } from "react";
import { answer } from "../../../api/client";
import { useMessages } from "../../../i18n/language";
import { useLive } from "../../../live/live";
import { useApi } from "../../../shell/deployment";
import { ErrorText } from "../../../shell/notifications";
import { Editor } from "./Editor";
import { messages } from "./messages";

// How soon somebody else's save is seen.
const PAUSE = 30_000;

export default function EditorTab({ flow, mayEdit }: { flow: string; mayEdit: boolean }) {
  const t = useMessages(messages);
  const api = useApi();
  const load = useCallback(
    (signal?: AbortSignal) => answer(api.GET("/flows/{flow}/file", { params: { path: { flow } }, ...(signal ? { signal } : {}) })),
    [api, flow],
  );
  const { value, error } = useLive(load, () => PAUSE);
  if (value) return <Editor flow={flow} newest={value} load={load} mayEdit={mayEdit} />;
  return error === undefined ? (
    <StatusIndicator type="loading">{t.loading}</StatusIndicator>
  ) : (
    <Alert type="error" header={t.loadFailed}>
      <ErrorText error={error} />
    </Alert>
  );
}
