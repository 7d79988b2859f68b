import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useMemo, useState } from "react";
import type { Schemas } from "../../api/client";
import { asDefinition, type Definition } from "../../flow_file/definition";
import { positionsIn } from "../../flow_file/layout";
import { coloursOf, validationsOf } from "../../flow_file/validations";
import { type FlowEvent, progressOf } from "../../flow_runs/progress";
import { useMessages } from "../../i18n/language";
import { ErrorText } from "../../shell/notifications";
import { Findings } from "./Findings";
import { messages } from "./messages";
import { RunPanel } from "./RunPanel";

const Graph = lazy(() => import("../../flow_graph/Graph"));

/** What is deployed: its graph, which lights up while it runs, and what validation found. */
export function DeployedTab({ flow }: { flow: Schemas["FlowDetails"] }) {
  const t = useMessages(messages);
  const [events, setEvents] = useState<FlowEvent[]>();
  const [chosen, setChosen] = useState<string>();
  // A new object with the same content comes with every reload.
  const text = JSON.stringify([flow.definition, flow.layout, flow.validation]);
  const read = useMemo(() => {
    const [definition, layout, validation] = JSON.parse(text) as [unknown, unknown, Schemas["FlowValidation"]];
    try {
      const checked: Definition = asDefinition(definition);
      const validations = validationsOf(validation);
      return { definition: checked, positions: positionsIn(layout), validations, colours: coloursOf(checked, validations, []) };
    } catch (error) {
      return { error };
    }
  }, [text]);
  const progress = useMemo(
    () => (read.definition && events ? progressOf(read.definition, events) : undefined),
    [read, events],
  );
  if (!read.definition) {
    return (
      <Alert type="error" header={t.noGraph}>
        <ErrorText error={read.error} />
      </Alert>
    );
  }
  const { definition, positions, validations, colours } = read;
  const start = definition.nodes.find((node) => node.type === "Input");
  return (
    <SpaceBetween size="l">
      <Suspense fallback={<StatusIndicator type="loading">{t.loading}</StatusIndicator>}>
        <Graph
          label={t.graph}
          definition={definition}
          positions={positions}
          colours={progress ? undefined : colours}
          states={progress?.nodes}
          taken={progress?.taken}
          chosen={chosen}
          onChoose={setChosen}
        />
      </Suspense>
      <RunPanel flow={flow.name} type={start?.outputs?.[0]?.type} onEvents={setEvents} />
      <Findings definition={definition} validations={validations} onChoose={({ nodes }) => setChosen(nodes[0])} />
    </SpaceBetween>
  );
}
