/** What is what in a lineage, from where the answers come to whom they were given. */
export const KINDS = ["product", "document", "text", "image", "caption", "entry", "answer", "person"] as const;
export type Kind = (typeof KINDS)[number];

export interface LineageNode {
  id: string;
  kind: Kind;
  title: string;
  detail?: string;
  /** Where it is shown in this console. */
  to?: string;
  /** It led to nothing further, such as a caption that was withheld. */
  ends?: boolean;
}

export interface LineageEdge {
  source: string;
  target: string;
}

export interface Lineage {
  nodes: LineageNode[];
  edges: LineageEdge[];
}

/** The node with all that it comes from, and all that came of it. */
export function connected({ edges }: Lineage, id: string): Set<string> {
  return new Set([...reached(id, edges, "source", "target"), ...reached(id, edges, "target", "source")]);
}

function reached(id: string, edges: readonly LineageEdge[], from: keyof LineageEdge, to: keyof LineageEdge): Set<string> {
  const found = new Set([id]);
  for (const each of found) {
    for (const edge of edges) if (edge[from] === each) found.add(edge[to]);
  }
  return found;
}
