import { Handle as Dot, type Node, type NodeProps, Position } from "@xyflow/react";
import type { FlowNode } from "../flow_file/definition";
import type { Colour } from "../flow_file/validations";
import type { NodeState } from "../flow_runs/progress";
import { useMessages } from "../i18n/language";
import { shown } from "../text/plain";
import { messages } from "./messages";
import styles from "./NodeCard.module.css";
import { GATE, type Handle, type Handles } from "./ports";

export type CardData = {
  node: FlowNode;
  index: number;
  handles: Handles;
  colour: Colour | undefined;
  state: NodeState | undefined;
  isEditable: boolean;
};

// A colour alone would not be seen by everybody.
const SIGNS: Record<Colour | NodeState, string> = { green: "✓", yellow: "!", red: "✕", running: "…", done: "✓", failed: "✕" };

/** A node with its ports: inputs on the left, outputs and conditions on the right, and beside its name where a condition releases it. */
export function NodeCard({ data: { node, handles, colour, state, isEditable }, selected }: NodeProps<Node<CardData>>) {
  const t = useMessages(messages);
  const sign = state ?? colour;
  return (
    <div className={styles.card} data-colour={colour} data-state={state} data-chosen={selected || undefined}>
      {(isEditable || handles.isReleased) && (
        <Dot className={styles.gate} type="target" id={GATE} position={Position.Left} isConnectable={isEditable} />
      )}
      <div className={styles.head}>
        <span className={styles.type}>{t.types[node.type] ?? shown(node.type)}</span>
        <span className={styles.name} dir="auto">
          {shown(node.name)}
        </span>
        {sign && (
          <span className={styles.sign} title={state ? t.states[state] : colour && t.colours[colour]}>
            {SIGNS[sign]}
          </span>
        )}
      </div>
      <div className={styles.ports}>
        <ul className={styles.inputs}>
          {handles.inputs.map((each) => (
            <Port key={each.id} of={each} side="target" isEditable={isEditable} />
          ))}
        </ul>
        <ul className={styles.outputs}>
          {handles.outputs.map((each) => (
            <Port key={each.id} of={each} side="source" isEditable={isEditable} />
          ))}
          {handles.conditions.map((each) => (
            <Port key={each.id} of={each} side="source" isEditable={isEditable} isCondition />
          ))}
        </ul>
      </div>
    </div>
  );
}

function Port({ of, side, isEditable, isCondition }: { of: Handle; side: "source" | "target"; isEditable: boolean; isCondition?: boolean }) {
  const t = useMessages(messages);
  return (
    <li className={styles.port} data-missing={of.isMissing || undefined} title={of.isMissing ? t.missing : undefined}>
      <Dot
        className={isCondition ? styles.condition : styles.dot}
        type={side}
        id={of.id}
        position={side === "source" ? Position.Right : Position.Left}
        isConnectable={isEditable}
      />
      <bdi>{shown(of.name) || "?"}</bdi>
    </li>
  );
}
