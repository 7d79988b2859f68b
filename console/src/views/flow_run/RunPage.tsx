import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { asDefinition } from "../../flow_file/definition";
import { positionsIn } from "../../flow_file/layout";
import { textOf } from "../../flow_runs/documents";
import { placeOfFlow, placeOfRun } from "../../flow_runs/places";
import { type FlowEvent, progressOf } from "../../flow_runs/progress";
import { RunStatus } from "../../flow_runs/RunStatus";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { Document } from "./Document";
import { messages } from "./messages";
import styles from "./Run.module.css";
import { SaveTestDialog } from "./SaveTestDialog";
import { TimeLine } from "./TimeLine";

const Graph = lazy(() => import("../../flow_graph/Graph"));
const WHILE_RUNNING = 1_000;
const AT_REST = 120_000;

/** One run: the graph of the flow as it ran, and the time line with what each node did. */
export default function RunPage() {
  const t = useMessages(messages);
  const api = useApi();
  const { flow = "", runId = "" } = useParams();
  const [open, setOpen] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const path = { flow, run_id: runId };
      const [run, flows] = await Promise.all([
        answer(api.GET("/flows/{flow}/runs/{run_id}", { params: { path }, signal })),
        answer(api.GET("/flows", { signal })),
      ]);
      return { run, mayEdit: flows.may_edit };
    },
    [api, flow, runId],
  );
  const { value, error } = useLive(load, ({ run }) => (run.status === "RUNNING" ? WHILE_RUNNING : AT_REST));
  if (!value) {
    return error === undefined ? (
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    ) : (
      <Alert type="error" header={t.failed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  const { run, mayEdit } = value;
  return (
    <SpaceBetween size="l">
      <Link to={`${placeOfFlow(flow)}?tab=runs`}>{t.back(shown(flow))}</Link>
      <Header
        variant="h1"
        // A trial began in the middle, and cannot be repeated as a whole.
        actions={mayEdit && run.status !== "RUNNING" && run.from_run === undefined && <Button onClick={() => setSaving(true)}>{t.saveTest}</Button>}
      >
        {t.title}
      </Header>
      {isSaving && <SaveTestDialog run={run} onClose={() => setSaving(false)} />}
      <RunStatus of={run.status} />
      {run.error && (
        <Alert type="error" header={<Text of={run.error.name} />}>
          <Text of={run.error.message} />
        </Alert>
      )}
      <Facts run={run} />
      <RunGraph run={run} chosen={open} onChoose={setOpen} />
      <TimeLine flow={flow} run={run} mayEdit={mayEdit} open={open} onOpen={setOpen} />
      <section>
        <Header variant="h2">{t.results}</Header>
        {run.outputs.length === 0 && <Box color="text-body-secondary">{t.noOutputs}</Box>}
        {run.outputs.map(({ node, document }, index) => (
          <Document key={index} name={node} of={document} />
        ))}
      </section>
      {run.input !== undefined && (
        <ExpandableSection headerText={t.input}>
          <Document name={t.input} of={run.input} />
        </ExpandableSection>
      )}
      <ExpandableSection headerText={t.events(run.events.length)}>
        <pre className={styles.events} tabIndex={0}>
          <Text of={textOf(run.events)} />
        </pre>
      </ExpandableSection>
    </SpaceBetween>
  );
}

function Facts({ run }: { run: Schemas["FlowRunDetails"] }) {
  const t = useMessages(messages);
  const { time, duration, number, dollars } = useFormats();
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: t.started, value: time(run.created_at) },
        { label: t.took, value: run.milliseconds === undefined ? "–" : duration(run.milliseconds) },
        { label: t.version, value: <Text of={run.or_version === undefined ? run.version : t.eitherVersion(run.version, run.or_version)} /> },
        { label: t.transitions, value: run.transitions === undefined ? "–" : number(run.transitions) },
        { label: t.cost, value: run.cost === undefined ? "–" : dollars(run.cost) },
        ...(run.user === undefined ? [] : [{ label: t.user, value: <Text of={run.user} /> }]),
        ...(run.from_run === undefined
          ? []
          : [
              {
                label: t.from,
                value: (
                  <Link to={placeOfRun(run.flow, run.from_run)}>
                    <Text of={run.from_node ?? run.from_run} />
                  </Link>
                ),
              },
            ]),
      ]}
    />
  );
}

interface GraphProps {
  run: Schemas["FlowRunDetails"];
  chosen: string | undefined;
  onChoose: (node: string | undefined) => void;
}

function RunGraph({ run, chosen, onChoose }: GraphProps) {
  const t = useMessages(messages);
  // Objects with the same content come with every reload.
  const text = JSON.stringify([run.definition, run.layout, run.events]);
  const read = useMemo(() => {
    const [definition, layout, events] = JSON.parse(text) as [unknown, unknown, FlowEvent[]];
    try {
      const checked = asDefinition(definition);
      return { definition: checked, positions: positionsIn(layout), ...progressOf(checked, events) };
    } catch {
      return undefined;
    }
  }, [text]);
  if (!read) return null;
  return (
    <Suspense fallback={<StatusIndicator type="loading">{t.loading}</StatusIndicator>}>
      <Graph
        label={t.graph}
        definition={read.definition}
        positions={read.positions}
        states={read.nodes}
        taken={read.taken}
        chosen={chosen}
        onChoose={onChoose}
      />
    </Suspense>
  );
}

