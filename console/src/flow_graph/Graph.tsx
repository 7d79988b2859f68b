import { applyNodeChanges, type Connection as Drawn, type Edge, MarkerType, type Node, type NodeChange } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import type { Definition } from "../flow_file/definition";
import { type Ends, endsOf } from "../flow_file/edits";
import type { Position, Positions } from "../flow_file/layout";
import type { Colour } from "../flow_file/validations";
import type { NodeState } from "../flow_runs/progress";
import { Canvas } from "../graph/Canvas";
import { useMessages } from "../i18n/language";
import { shown } from "../text/plain";
import { NODE_WIDTH, placed } from "./arrange";
import styles from "./Graph.module.css";
import { messages } from "./messages";
import { type CardData, NodeCard } from "./NodeCard";
import { endsOfHandles, handlesOf, handlesOfEnds } from "./ports";

export interface Editing {
  move: (node: string, to: Position) => void;
  connect: (ends: Ends) => void;
  /** Indexes of nodes and connections. */
  remove: (nodes: number[], connections: number[]) => void;
}

interface Props {
  label: string;
  definition: Definition;
  positions: Positions;
  colours?: { nodes: Map<string, Colour>; connections: Map<string, Colour> } | undefined;
  /** Of a run. */
  states?: Map<string, NodeState> | undefined;
  taken?: Set<string> | undefined;
  chosen?: string | undefined;
  onChoose?: (node: string | undefined) => void;
  editing?: Editing | undefined;
}

const NODE_TYPES = { card: NodeCard };
const DELETE = ["Delete", "Backspace"];

/** A flow as a graph: nodes with their ports, and the connections between them. */
export default function Graph({ label, definition, positions, colours, states, taken, chosen, onChoose, editing }: Props) {
  const t = useMessages(messages);
  const made = useMemo(() => {
    const all = placed(definition, positions);
    const known = new Set<string>();
    return definition.nodes.map((node, index): Node<CardData> => {
      // A name that is there twice is an error, and both nodes are shown.
      const id = known.has(node.name) ? `${node.name} ${index}` : node.name;
      known.add(node.name);
      const [colour, state] = [colours?.nodes.get(node.name) ?? (colours && "green"), states?.get(node.name)];
      return {
        id,
        type: "card",
        position: all[node.name] ?? { x: 0, y: index * 120 },
        selected: id === chosen,
        ariaLabel: [shown(node.name), t.types[node.type] ?? shown(node.type), colour && t.colours[colour], state && t.states[state]]
          .filter(Boolean)
          .join(", "),
        data: { node, index, handles: handlesOf(definition, node), colour, state, isEditable: !!editing },
        width: NODE_WIDTH,
      };
    });
  }, [definition, positions, colours, states, chosen, editing, t]);

  const edges = useMemo(() => {
    const ids = new Set(definition.nodes.map((node) => node.name));
    return definition.connections.flatMap((connection, index): Edge[] => {
      const ends = endsOf(connection);
      if (!ids.has(ends.source) || !ids.has(ends.target)) return [];
      const isConditional = connection.type === "Conditional";
      const [colour, isTaken] = [colours?.connections.get(connection.name), taken?.has(connection.name)];
      const names = [styles.edge, isConditional && styles.conditional, colour && styles[colour], isTaken && styles.taken];
      return [
        {
          id: `${index}`,
          source: ends.source,
          target: ends.target,
          ...handlesOfEnds(ends, isConditional),
          className: names.filter(Boolean).join(" "),
          animated: !!isTaken && states?.get(ends.target) === "running",
          markerEnd: { type: MarkerType.ArrowClosed },
          ariaLabel: t.connection(shown(ends.source), shown(ends.condition ?? ends.sourceOutput ?? ""), shown(ends.target), shown(ends.targetInput ?? "")),
        },
      ];
    });
  }, [definition, colours, taken, states, t]);

  // What is measured and where a node is dragged to are the canvas' own; the rest follows the definition.
  const [nodes, setNodes] = useState<Node<CardData>[]>(made);
  useEffect(() => {
    setNodes((before) => {
      const measured = new Map(before.map((node) => [node.id, node.measured]));
      return made.map((node) => (measured.get(node.id) ? { ...node, measured: measured.get(node.id)! } : node));
    });
  }, [made]);

  const [chosenEdge, setChosenEdge] = useState<string>();

  function change(changes: NodeChange<Node<CardData>>[]) {
    setNodes((before) => applyNodeChanges(changes, before));
    for (const each of changes) {
      if (each.type === "position" && each.position && each.dragging === false) {
        const node = made.find(({ id }) => id === each.id);
        const moved = node && (node.position.x !== each.position.x || node.position.y !== each.position.y);
        if (moved) editing?.move(node.data.node.name, { x: Math.round(each.position.x), y: Math.round(each.position.y) });
      }
      if (each.type === "select" && each.selected) onChoose?.(made.find(({ id }) => id === each.id)?.data.node.name);
    }
  }

  return (
    <Canvas
      label={label}
      words={t.canvas}
      isEdited={!!editing}
      nodes={nodes}
      edges={edges.map((edge): Edge => ({ ...edge, selected: edge.id === chosenEdge }))}
      nodeTypes={NODE_TYPES}
      onNodesChange={change}
      onEdgesChange={(changes) =>
        changes.forEach((each) => each.type === "select" && setChosenEdge(each.selected ? each.id : undefined))
      }
      onPaneClick={() => onChoose?.(undefined)}
      onConnect={(drawn) => {
        const ends = drawnEnds(drawn);
        if (ends) editing?.connect(ends);
      }}
      isValidConnection={(drawn) => drawnEnds(drawn as Drawn) !== undefined}
      onDelete={({ nodes: gone, edges: lost }) =>
        editing?.remove(
          gone.map((node) => node.data.index),
          lost.map((edge) => Number(edge.id)),
        )
      }
      deleteKeyCode={editing ? DELETE : null}
    />
  );
}

function drawnEnds({ source, sourceHandle, target, targetHandle }: Drawn): Ends | undefined {
  return endsOfHandles(source, sourceHandle, target, targetHandle);
}
