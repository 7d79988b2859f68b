import { applyNodeChanges, type Edge, Handle, MarkerType, type Node, type NodeChange, type NodeProps, Position } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { messages as graphMessages } from "../flow_graph/messages";
import { Canvas } from "../graph/Canvas";
import { layered } from "../graph/layered";
import { useMessages } from "../i18n/language";
import { connected, type Lineage, type LineageNode } from "./lineage";
import styles from "./LineageGraph.module.css";
import { messages } from "./messages";

interface Props {
  label: string;
  lineage: Lineage;
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}

type Card = { node: LineageNode; isAside: boolean };

const NODE_TYPES = { card: LineageCard };
const WIDTH = 210;
const HEIGHT = 72;

/** The lineage as a graph, from left to right. What a chosen node comes from, and what came of it, stands out. */
export default function LineageGraph({ label, lineage, chosen, onChoose }: Props) {
  const t = useMessages(messages);
  const { canvas: words } = useMessages(graphMessages);
  const places = useMemo(
    () => layered(lineage.nodes.map(({ id }) => ({ id, width: WIDTH, height: HEIGHT })), lineage.edges),
    [lineage],
  );
  const around = useMemo(() => (chosen === undefined ? undefined : connected(lineage, chosen)), [lineage, chosen]);
  const made = useMemo(
    () =>
      lineage.nodes.map(
        (node): Node<Card> => ({
          id: node.id,
          type: "card",
          position: places[node.id]!,
          width: WIDTH,
          height: HEIGHT,
          selected: node.id === chosen,
          ariaLabel: [t.kinds[node.kind], node.title, node.detail].filter(Boolean).join(", "),
          data: { node, isAside: around !== undefined && !around.has(node.id) },
        }),
      ),
    [lineage, places, chosen, around, t],
  );
  const edges = lineage.edges.map(({ source, target }): Edge => {
    const isTaken = around?.has(source) && around.has(target);
    const className = [styles.edge, isTaken && styles.taken].filter(Boolean).join(" ");
    return { id: `${source} ${target}`, source, target, className, markerEnd: { type: MarkerType.ArrowClosed } };
  });
  const [nodes, setNodes] = useState(made);
  useEffect(() => {
    setNodes((before) => {
      const measured = new Map(before.map((node) => [node.id, node.measured]));
      return made.map((node) => (measured.get(node.id) ? { ...node, measured: measured.get(node.id)! } : node));
    });
  }, [made]);

  function change(changes: NodeChange<Node<Card>>[]) {
    setNodes((before) => applyNodeChanges(changes, before));
    for (const each of changes) if (each.type === "select" && each.selected) onChoose(each.id);
  }

  return (
    <Canvas
      label={label}
      words={words}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={change}
      onPaneClick={() => onChoose(undefined)}
      deleteKeyCode={null}
    />
  );
}

function LineageCard({ data: { node, isAside }, selected }: NodeProps<Node<Card>>) {
  const t = useMessages(messages);
  return (
    <div className={styles.card} data-kind={node.kind} data-ends={node.ends || undefined} data-aside={isAside || undefined} data-chosen={selected || undefined}>
      <Handle className={styles.dot} type="target" position={Position.Left} isConnectable={false} />
      <span className={styles.kind}>{t.kinds[node.kind]}</span>
      <span className={styles.title} dir="auto" title={node.title}>
        {node.title}
      </span>
      {node.detail && <span className={styles.detail}>{node.detail}</span>}
      <Handle className={styles.dot} type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}
