import Header from "@cloudscape-design/components/header";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { barsOf, bottleneckOf, type RunNode } from "../../flow_runs/progress";
import { messages as graphMessages } from "../../flow_graph/messages";
import { useFormats, useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import { NodeDetails } from "./NodeDetails";
import styles from "./Run.module.css";

interface Props {
  flow: string;
  run: Schemas["FlowRunDetails"];
  mayEdit: boolean;
  open: string | undefined;
  onOpen: (node: string | undefined) => void;
}

/** Each node as a bar, with the one that took the longest marked. A node opens to what it did. */
export function TimeLine({ flow, run, mayEdit, open, onOpen }: Props) {
  const t = useMessages(messages);
  const { types } = useMessages(graphMessages);
  const { duration } = useFormats();
  const { bars, whole } = barsOf(run.nodes);
  const bottleneck = bottleneckOf(run.nodes);
  return (
    <section className={styles.timeLine}>
      <Header variant="h2" description={bottleneck && t.bottleneckIs(shown(bottleneck.node), Math.round(bottleneck.share * 100))}>
        {t.timeLine}
      </Header>
      <ol className={styles.lines} aria-label={t.timeLine}>
        {bars.map(({ node, left, width }, index) => {
          const isOpen = open === node.node;
          const isSlowest = bottleneck?.node === node.node;
          return (
            <li key={index}>
              <button
                type="button"
                className={styles.line}
                aria-expanded={isOpen}
                onClick={() => onOpen(isOpen ? undefined : node.node)}
              >
                <span className={styles.name}>
                  <StatusIndicator type={kindOf(node)}>
                    <Text of={node.node} />
                  </StatusIndicator>
                  <span className={styles.type}>
                    {types[node.type] ?? <Text of={node.type} />}
                    {node.rounds > 1 && ` · ${t.rounds(node.rounds)}`}
                    {node.guardrail.outcome !== "none" && ` · ${t.outcomes[node.guardrail.outcome]}`}
                  </span>
                </span>
                <span className={styles.took}>
                  {node.milliseconds === undefined ? "–" : duration(node.milliseconds)}
                  {isSlowest && <strong> {t.bottleneck}</strong>}
                </span>
                <span className={styles.track} aria-hidden>
                  <span
                    className={styles.bar}
                    data-kind={node.error ? "failed" : isSlowest ? "slowest" : undefined}
                    style={{ insetInlineStart: `${left}%`, inlineSize: `${width}%` }}
                  />
                </span>
              </button>
              {isOpen && <NodeDetails flow={flow} run={run} node={node} mayEdit={mayEdit} />}
            </li>
          );
        })}
      </ol>
      {whole > 0 && (
        <div className={styles.axis} aria-hidden>
          <div className={styles.ends}>
            <span>{duration(0)}</span>
            <span>{duration(whole)}</span>
          </div>
        </div>
      )}
    </section>
  );
}

function kindOf(node: RunNode): StatusIndicatorProps.Type {
  if (node.error) return "error";
  if (node.guardrail.outcome === "blocked") return "warning";
  return node.ended_at ? "success" : "in-progress";
}
