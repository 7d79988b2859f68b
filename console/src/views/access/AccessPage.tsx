import Alert from "@cloudscape-design/components/alert";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { answer } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { AccessTable } from "./AccessTable";
import { messages } from "./messages";

type View = "own" | "review";

const WHILE_WAITING = 5_000;
const AT_REST = 60_000;

/** A user's own requests and grants, and those that wait for them. */
export default function AccessPage() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const [view, setView] = useState<View>("own");
  const load = useCallback(
    async (signal: AbortSignal) => (await answer(api.GET("/subscriptions", { params: { query: { view } }, signal }))).subscriptions,
    [api, view],
  );
  const { value, error, loading, reload } = useLive(load, (found) =>
    found.some(({ status }) => status === "WAITING") ? WHILE_WAITING : AT_REST,
  );
  return (
    <SpaceBetween size="l">
      {error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      <AccessTable
        what={view}
        subscriptions={value}
        loading={loading}
        onChanged={reload}
        header={
          <Header variant="h1" description={narrow ? undefined : t.description}>
            {t.title}
          </Header>
        }
        filter={
          <SegmentedControl
            selectedId={view}
            label={t.title}
            options={[
              { id: "own", text: t.own },
              { id: "review", text: t.review },
            ]}
            onChange={({ detail }) => setView(detail.selectedId as View)}
          />
        }
        empty={view === "own" ? t.none : t.noneReview}
      />
    </SpaceBetween>
  );
}
