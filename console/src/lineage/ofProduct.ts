import type { Schemas } from "../api/client";
import { shown } from "../text/plain";
import type { Lineage, LineageEdge, LineageNode } from "./lineage";
import type { LineageMessages } from "./messages";
import { withAnswers } from "./ofDocument";

const MOST = 12;

/** From a data product to its documents, as far as the user may read them, and on to the answers. */
export function ofProduct(found: Schemas["ProductLineage"], t: LineageMessages, time: (iso: string) => string): Lineage {
  const product = "product";
  const nodes: LineageNode[] = [{ id: product, kind: "product", title: shown(found.name), detail: t.documents(found.quality.documents) }];
  const edges: LineageEdge[] = [];
  const add = (node: LineageNode) => {
    nodes.push(node);
    edges.push({ source: product, target: node.id });
  };
  const listed = found.documents.slice(0, MOST);
  for (const { document_id, file_name, page_count, image_count, captioned_count } of listed) {
    add({
      id: `document ${document_id}`,
      kind: "document",
      title: shown(file_name),
      detail: t.pagesAndImages(page_count, captioned_count, image_count),
      to: `/documents/${document_id}?tab=lineage`,
    });
  }
  const rest = found.quality.documents - found.withheld_documents - listed.length;
  if (rest > 0) add({ id: "documents", kind: "document", title: t.moreDocuments(rest) });
  if (found.withheld_documents > 0) add({ id: "withheld", kind: "document", title: t.withheldDocuments(found.withheld_documents) });
  const ids = new Set(listed.map(({ document_id }) => document_id));
  const otherwise = rest > 0 ? "documents" : found.withheld_documents > 0 ? "withheld" : product;
  const from = (cites: Schemas["CitedParts"]) =>
    cites.map(({ document_id }) => (ids.has(document_id) ? `document ${document_id}` : otherwise));
  return withAnswers({ nodes, edges }, found.answers, from, otherwise, t, time);
}
