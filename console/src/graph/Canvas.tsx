import "@xyflow/react/dist/base.css";
import { Background, Controls, type Edge, type Node, ReactFlow, type ReactFlowInstance, type ReactFlowProps } from "@xyflow/react";
import { useEffect, useRef } from "react";
import styles from "./Canvas.module.css";

interface Props<N extends Node> extends ReactFlowProps<N> {
  label: string;
  /** What xyflow says, mostly to screen readers. */
  words: Record<string, string>;
  /** Whether somebody arranges it: then the view stays where they put it. */
  isEdited?: boolean;
}

const FIT = { maxZoom: 1, padding: 0.06 };

/** A graph that can be moved and zoomed, by keyboard too. */
export function Canvas<N extends Node>({ label, words, isEdited = false, onDelete, ...flow }: Props<N>) {
  // A phone that is turned shows the whole graph again.
  const canvas = useRef<HTMLDivElement>(null);
  const instance = useRef<ReactFlowInstance<N, Edge> | null>(null);
  useEffect(() => {
    if (!canvas.current || isEdited) return undefined;
    const observer = new ResizeObserver(() => void instance.current?.fitView(FIT));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [isEdited]);

  return (
    <div ref={canvas} className={styles.canvas} role="region" aria-label={label} tabIndex={-1}>
      <ReactFlow<N>
        {...flow}
        onDelete={(deleted) => {
          onDelete?.(deleted);
          // What had the focus is gone. Who works by keyboard goes on here, for instance to undo.
          window.setTimeout(() => document.activeElement === document.body && canvas.current?.focus());
        }}
        nodesDraggable={isEdited}
        nodesConnectable={isEdited}
        edgesFocusable={isEdited}
        elementsSelectable
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        fitView
        fitViewOptions={FIT}
        onInit={(made) => {
          instance.current = made;
        }}
        minZoom={0.1}
        zoomOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={words}
      >
        <Background className={styles.background} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
