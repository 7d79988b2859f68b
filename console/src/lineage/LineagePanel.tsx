import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { useMessages } from "../i18n/language";
import { KINDS, connected, type Lineage, type LineageNode } from "./lineage";
import styles from "./LineagePanel.module.css";
import { messages } from "./messages";

const LineageGraph = lazy(() => import("./LineageGraph"));

/** A lineage as a graph, and beside it as a list that says the same. */
export function LineagePanel({ label, lineage }: { label: string; lineage: Lineage }) {
  const t = useMessages(messages);
  const [chosen, setChosen] = useState<string>();
  const known = lineage.nodes.some(({ id }) => id === chosen) ? chosen : undefined;
  const around = known === undefined ? undefined : connected(lineage, known);
  return (
    <SpaceBetween size="m">
      <Suspense fallback={<StatusIndicator type="loading">{t.loading}</StatusIndicator>}>
        <LineageGraph label={label} lineage={lineage} chosen={known} onChoose={setChosen} />
      </Suspense>
      <Box color="text-body-secondary" variant="small">
        {t.hint}
      </Box>
      {/* What changes when something is chosen is said to those who do not see it. */}
      <div role="status" className={styles.said}>
        {around && known && t.chosen(lineage.nodes.find(({ id }) => id === known)!.title, around.size - 1)}
      </div>
      <div className={styles.lists}>
        {KINDS.map((kind) => {
          const own = lineage.nodes.filter((node) => node.kind === kind);
          return (
            own.length > 0 && (
              <section key={kind} aria-label={t.lists[kind]}>
                <Box variant="h2" fontSize="heading-s">
                  {t.lists[kind]}
                </Box>
                <ul className={styles.list}>
                  {own.map((node) => (
                    <li key={node.id} data-aside={(around && !around.has(node.id)) || undefined}>
                      <Entry
                        node={node}
                        from={lineage.edges.filter(({ target }) => target === node.id).map(({ source }) => titleOf(lineage, source))}
                        isChosen={node.id === known}
                        onChoose={() => setChosen(node.id === known ? undefined : node.id)}
                      />
                    </li>
                  ))}
                </ul>
              </section>
            )
          );
        })}
      </div>
    </SpaceBetween>
  );
}

function Entry({ node, from, isChosen, onChoose }: { node: LineageNode; from: string[]; isChosen: boolean; onChoose: () => void }) {
  const t = useMessages(messages);
  return (
    <>
      <button type="button" className={styles.entry} aria-pressed={isChosen} onClick={onChoose}>
        <bdi>{node.title}</bdi>
        {node.detail && <span className={styles.detail}>{node.detail}</span>}
        {from.length > 0 && <span className={styles.detail}>{t.from(from.join(", "))}</span>}
      </button>
      {node.to && (
        <Link to={node.to} aria-label={`${t.open} ${node.title}`}>
          {t.open}
        </Link>
      )}
    </>
  );
}

function titleOf({ nodes }: Lineage, id: string): string {
  return nodes.find((node) => node.id === id)?.title ?? "";
}
