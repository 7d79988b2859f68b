/** A small subset of Markdown as a tree: paragraphs, lists, code, emphasis and links. Everything else stays text. */
export type Inline =
  | { kind: "text" | "code"; text: string }
  | { kind: "strong" | "emphasis"; children: Inline[] }
  | { kind: "link"; text: string; to: string };

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "code"; text: string };

const FENCE = /^```/;
const BULLET = /^\s{0,3}[-*+]\s+/;
const NUMBER = /^\s{0,3}\d{1,9}[.)]\s+/;
// One alternative for each kind; none begins with what another begins with, so the search never goes back far.
const INLINE = /`([^`\n]{1,2000})`|\*\*([^*\n]{1,2000})\*\*|\*([^*\s][^*\n]{0,2000})\*|(?<!!)\[([^[\]\n]{1,500})\]\(([^()\s]{1,20000})\)/g;
/** Pages of this console. An address of another origin, or of another scheme, is no link. */
const OURS = /^\/(?![/\\])[^\u0000-\u0020\\]*$/;

export function parseBlocks(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    if (!line.trim()) {
      at += 1;
    } else if (FENCE.test(line)) {
      const end = lines.findIndex((each, index) => index > at && FENCE.test(each));
      const last = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", text: lines.slice(at + 1, last).join("\n") });
      at = last + 1;
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      const mark = BULLET.test(line) ? BULLET : NUMBER;
      const items: string[] = [];
      for (; at < lines.length && mark.test(lines[at]!); at += 1) items.push(lines[at]!.replace(mark, ""));
      blocks.push({ kind: "list", ordered: mark === NUMBER, items: items.map(parseInline) });
    } else {
      const start = at;
      const ends = (each: string) => !each.trim() || FENCE.test(each) || BULLET.test(each) || NUMBER.test(each);
      do at += 1;
      while (at < lines.length && !ends(lines[at]!));
      blocks.push({ kind: "paragraph", children: parseInline(lines.slice(start, at).join("\n")) });
    }
  }
  return blocks;
}

export function parseInline(text: string): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, label, to] = match;
    if (to !== undefined && !OURS.test(to)) continue;
    if (match.index > from) found.push({ kind: "text", text: text.slice(from, match.index) });
    if (code !== undefined) found.push({ kind: "code", text: code });
    else if (strong !== undefined) found.push({ kind: "strong", children: parseInline(strong) });
    else if (emphasis !== undefined) found.push({ kind: "emphasis", children: parseInline(emphasis) });
    else found.push({ kind: "link", text: label!, to: to! });
    from = match.index + whole.length;
  }
  if (from < text.length) found.push({ kind: "text", text: text.slice(from) });
  return found;
}
