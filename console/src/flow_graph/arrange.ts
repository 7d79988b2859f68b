import { Graph, layout } from "@dagrejs/dagre";
import type { Definition } from "../flow_file/definition";
import type { Positions } from "../flow_file/layout";
import { handlesOf } from "./ports";

export const NODE_WIDTH = 190;
const HEAD = 56;
const ROW = 24;

/** From left to right in the order of the data. A library does it: dagre, a tenth of the size of elkjs. */
export function arranged(definition: Definition): Positions {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 30, ranksep: 60 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of definition.nodes) {
    const { inputs, outputs, conditions } = handlesOf(definition, node);
    const rows = Math.max(inputs.length, outputs.length + conditions.length, 1);
    graph.setNode(node.name, { width: NODE_WIDTH, height: HEAD + rows * ROW });
  }
  for (const { source, target } of definition.connections) {
    if (graph.hasNode(source) && graph.hasNode(target) && source !== target) graph.setEdge(source, target);
  }
  layout(graph);
  return Object.fromEntries(
    definition.nodes.map(({ name }) => {
      const { x, y, width, height } = graph.node(name) as { x: number; y: number; width: number; height: number };
      return [name, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}

/** Every node has a position: that of the layout file, or else where it would be arranged. */
export function placed(definition: Definition, positions: Positions): Positions {
  if (definition.nodes.every(({ name }) => positions[name])) return positions;
  return { ...arranged(definition), ...positions };
}
