import Alert from "@cloudscape-design/components/alert";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { Schemas } from "../../api/client";
import type { RunNode } from "../../flow_runs/progress";
import { useFormats, useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import { Document } from "./Document";
import { messages } from "./messages";
import styles from "./Run.module.css";
import { TrialForm } from "./TrialForm";

interface Props {
  flow: string;
  run: Schemas["FlowRunDetails"];
  node: RunNode;
  mayEdit: boolean;
}

/** What a node did: documents, conditions, its error, the guardrail's part, tokens and price. */
export function NodeDetails({ flow, run, node, mayEdit }: Props) {
  const t = useMessages(messages);
  const { number, duration, dollars } = useFormats();
  const { guardrail } = node;
  const facts = [
    { label: t.guardrail, value: <Text of={[t.outcomes[guardrail.outcome], guardrail.kinds.join(", ")].filter(Boolean).join(": ")} /> },
    ...(node.conditions.length ? [{ label: t.conditions, value: <Text of={node.conditions.join(", ")} /> }] : []),
    ...(node.input_tokens === undefined ? [] : [{ label: t.inputTokens, value: number(node.input_tokens) }]),
    ...(node.output_tokens === undefined ? [] : [{ label: t.outputTokens, value: number(node.output_tokens) }]),
    ...(node.model_milliseconds === undefined ? [] : [{ label: t.modelTime, value: duration(node.model_milliseconds) }]),
    ...(node.cost === undefined ? [] : [{ label: t.cost, value: dollars(node.cost) }]),
  ];
  return (
    <div className={styles.details}>
      {node.error && (
        <Alert type="error" header={t.codes[node.error.code] ?? node.error.code}>
          <Text of={node.error.message} />
        </Alert>
      )}
      <KeyValuePairs columns={4} items={facts} />
      <div className={styles.documents}>
        <Documents title={t.inputs} of={node.inputs} />
        <Documents title={t.outputs} of={node.outputs} />
      </div>
      {mayEdit && run.status !== "RUNNING" && Object.keys(node.inputs).length > 0 && (
        <TrialForm key={node.node} flow={flow} runId={run.run_id} node={node} />
      )}
    </div>
  );
}

function Documents({ title, of }: { title: string; of: Record<string, unknown> }) {
  const t = useMessages(messages);
  const entries = Object.entries(of);
  return (
    <section>
      <h3>{title}</h3>
      {entries.length === 0 && t.nothing}
      {entries.map(([name, document]) => (
        <Document key={name} name={name} of={document} />
      ))}
    </section>
  );
}
