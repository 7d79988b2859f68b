import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useCallback, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { progressOf } from "../documents/progress";
import { messages } from "./messages";

type Document = Schemas["DocumentDetails"];

const PAUSE = 10_000;

interface Props {
  document: Document;
  onChanged: () => void;
}

/** What happens now to a document that is being read or removed, and whether that is normal. */
export function Progress({ document, onChanged }: Props) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const progress = progressOf(document);
  if (!progress) return null;
  if (progress.stuck) return <Stuck document={document} since={progress.since} onChanged={onChanged} />;
  const state = document.states.findLast((each) => !each.left_at);
  if (!state) return null;
  return (
    <Box>
      <span role="status">{t.now(t.stateWords[state.state] ?? state.state, time(state.entered_at))}</span>
    </Box>
  );
}

/** The cause as far as the trace shows it, and what to do. */
function Stuck({ document, since, onChanged }: Props & { since: string }) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const api = useApi();
  const { fail } = useNotifications();
  const [busy, setBusy] = useState(false);
  const { document_id, owned, status } = document;
  const params = { path: { document_id } };
  const load = useCallback(
    (signal: AbortSignal) =>
      answer(api.GET("/documents/{document_id}/trace", { params: { path: { document_id }, query: { limit: 1 } }, signal })),
    [api, document_id],
  );
  const { value: trace } = useLive(load, () => PAUSE);
  const state = trace?.execution?.states.findLast((each) => each.status === "RUNNING");

  async function again() {
    setBusy(true);
    try {
      // The same readers again are an upload again, which takes the place of this one.
      if (status === "REMOVING") await answer(api.DELETE("/documents/{document_id}", { params }));
      else await answer(api.PUT("/documents/{document_id}/readers", { params, body: document.readers ?? {} }));
      onChanged();
    } catch (error) {
      fail(t.startFailed, error);
    }
    setBusy(false);
  }

  return (
    <Alert
      type="warning"
      header={t.stuck(time(since))}
      action={
        owned && (
          <Button loading={busy} onClick={() => void again()}>
            {status === "REMOVING" ? t.removeAgain : t.readAgain}
          </Button>
        )
      }
    >
      {state && t.waitsFor(t.stateWords[state.name] ?? state.name, time(state.started_at), state.attempts)}{" "}
      {state?.error ? <Text of={state.error.message} /> : t.noCause} {!owned && t.onlyOwnersStart}
    </Alert>
  );
}
