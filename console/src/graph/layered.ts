import { Graph, layout } from "@dagrejs/dagre";

interface Size {
  id: string;
  width: number;
  height: number;
}

interface Place {
  x: number;
  y: number;
}

/** Where each node stands, from left to right. A library does it: dagre, a tenth of the size of elkjs. */
export function layered(sizes: readonly Size[], edges: readonly { source: string; target: string }[]): Record<string, Place> {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 30, ranksep: 60 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of sizes) graph.setNode(id, { width, height });
  for (const { source, target } of edges) {
    if (graph.hasNode(source) && graph.hasNode(target) && source !== target) graph.setEdge(source, target);
  }
  layout(graph);
  return Object.fromEntries(
    sizes.map(({ id }) => {
      const { x, y, width, height } = graph.node(id) as Size & Place;
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}
