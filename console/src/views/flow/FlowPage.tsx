import Alert from "@cloudscape-design/components/alert";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Tabs from "@cloudscape-design/components/tabs";
import { lazy, Suspense, useCallback } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { answer } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { DeployedTab } from "./DeployedTab";
import { MeasuresTab } from "./MeasuresTab";
import { messages } from "./messages";
import { RunsTab } from "./RunsTab";
import { VersionsTab } from "./VersionsTab";

const EditorTab = lazy(() => import("./editor/EditorTab"));
const AT_REST = 60_000;

/** One flow: what is deployed, its runs, its measures, its versions, and the editor of its file. */
export default function FlowPage() {
  const t = useMessages(messages);
  const api = useApi();
  const { flow = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/flows/{flow}", { params: { path: { flow } }, signal })),
    [api, flow],
  );
  const { value, error, reload } = useLive(load, () => AT_REST);
  if (!value) {
    return error === undefined ? (
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    ) : (
      <Alert type="error" header={t.failed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  const tab = (id: keyof typeof t.tabs, content: React.ReactNode, contentRenderStrategy: "active" | "lazy" = "active") => ({
    id,
    label: t.tabs[id],
    content,
    contentRenderStrategy,
  });
  return (
    <SpaceBetween size="l">
      <Link to="/flows">{t.back}</Link>
      <Header variant="h1" description={t.answers(shown(value.version))}>
        <Text of={value.name} />
      </Header>
      <Tabs
        ariaLabel={t.parts}
        activeTabId={params.get("tab") ?? "graph"}
        onChange={({ detail }) => setParams({ tab: detail.activeTabId })}
        tabs={[
          tab("graph", <DeployedTab flow={value} />),
          tab(
            "editor",
            <Suspense fallback={<StatusIndicator type="loading">{t.loading}</StatusIndicator>}>
              <EditorTab key={flow} flow={flow} mayEdit={value.may_edit} />
            </Suspense>,
            // What is being edited stays while another tab is open.
            "lazy",
          ),
          tab("runs", <RunsTab flow={flow} />),
          tab("measures", <MeasuresTab flow={flow} />),
          tab("versions", <VersionsTab flow={value} onMoved={reload} />),
        ]}
      />
    </SpaceBetween>
  );
}
