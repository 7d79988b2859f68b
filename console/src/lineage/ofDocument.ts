import type { Schemas } from "../api/client";
import { shown } from "../text/plain";
import type { Lineage, LineageEdge, LineageNode } from "./lineage";
import type { LineageMessages } from "./messages";

type Document = Schemas["DocumentLineage"];
type Answers = Schemas["CitingAnswers"];
type Cited = Schemas["CitedParts"];

/** More of a kind are counted: a graph of hundreds is read by nobody. */
const MOST = 8;
const TEXT = "text";

/** From the file to its images, captions and entries, and on to the answers. */
export function ofDocument(found: Document, t: LineageMessages, time: (iso: string) => string): Lineage {
  const source = `document ${found.document_id}`;
  const since = found.searchable_since && t.searchableSince(time(found.searchable_since));
  const nodes: LineageNode[] = [{ id: source, kind: "document", title: shown(found.file_name), detail: since || t.notSearchable }];
  const edges: LineageEdge[] = [];
  const entryOf = new Map<string, string>();

  function add(from: string, node: LineageNode): string {
    nodes.push(node);
    edges.push({ source: from, target: node.id });
    return node.id;
  }

  const text = add(source, { id: TEXT, kind: "text", title: t.text(found.page_count), ends: found.text_entries === 0 });
  if (found.text_entries > 0) entryOf.set(TEXT, add(text, { id: "entries text", kind: "entry", title: t.entries(found.text_entries) }));
  found.images.slice(0, MOST).forEach(({ picture_id, pages, outcome, entries }, index) => {
    const page = pages[0] ?? 0;
    const to = `/documents/${found.document_id}?page=${page}&image=${encodeURIComponent(picture_id)}`;
    const image = add(source, { id: `image ${picture_id}`, kind: "image", title: t.image(index + 1), detail: t.onPages(pages), to });
    const caption = add(image, { id: `caption ${picture_id}`, kind: "caption", title: t.caption(index + 1), detail: t.outcomes[outcome] ?? shown(outcome), ends: entries === 0 });
    if (entries > 0) entryOf.set(picture_id, add(caption, { id: `entries ${picture_id}`, kind: "entry", title: t.entries(entries) }));
  });
  const rest = found.image_count - Math.min(found.images.length, MOST);
  if (rest > 0) {
    const others = found.entry_count - found.text_entries - found.images.slice(0, MOST).reduce((sum, { entries }) => sum + entries, 0);
    const image = add(source, { id: "images", kind: "image", title: t.moreImages(rest), ends: others <= 0 });
    if (others > 0) {
      const entry = add(image, { id: "entries images", kind: "entry", title: t.entries(others) });
      for (const { picture_id } of found.images.slice(MOST)) entryOf.set(picture_id, entry);
    }
  }
  // Of an upload that was replaced, or of an image that is not shown.
  const from = (cites: Cited) =>
    cites.flatMap(({ document_id, parts }) => (document_id === found.document_id ? parts.map((part) => entryOf.get(part) ?? source) : []));
  return withAnswers({ nodes, edges }, found.answers, from, source, t, time);
}

/** The answers, each after what it cites; where that is not known, after `otherwise`. */
export function withAnswers(
  { nodes, edges }: Lineage,
  answers: Answers,
  from: (cites: Cited) => string[],
  otherwise: string,
  t: LineageMessages,
  time: (iso: string) => string,
): Lineage {
  function add(cites: Cited, node: LineageNode) {
    nodes.push(node);
    const sources = new Set(from(cites));
    for (const source of sources.size > 0 ? sources : [otherwise]) edges.push({ source, target: node.id });
  }

  for (const { conversation_id, turn_id, question, asked_at, cites } of answers.own.slice(0, MOST)) {
    const earlier = cites.some((each) => each.earlier) ? `, ${t.earlier}` : "";
    const to = `/ask?conversation=${encodeURIComponent(conversation_id)}`;
    add(cites, { id: `answer ${turn_id}`, kind: "answer", title: shown(question), detail: time(asked_at) + earlier, to });
  }
  const more = answers.own_count - Math.min(answers.own.length, MOST);
  if (more > 0) add([], { id: "answers", kind: "answer", title: t.moreAnswers(more) });
  for (const { user, count, last_at, cites } of (answers.people ?? []).slice(0, MOST)) {
    add(cites, { id: `person ${user}`, kind: "person", title: shown(user), detail: t.answersTo(count, time(last_at)) });
  }
  const others = (answers.people?.length ?? 0) - MOST;
  if (others > 0) add([], { id: "people", kind: "person", title: t.morePeople(others) });
  return { nodes, edges };
}
