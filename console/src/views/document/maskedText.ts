/** What a guardrail wrote in place of what it masked: `{EMAIL}`. */
const PLACEHOLDER = /\{([A-Z][A-Z0-9_ ]{1,60})\}/g;

export type Span = { text: string } | { masked: string };

/** A text in spans: what was written, and the kinds of what was masked. Other words in braces stay words. */
export function spansOf(text: string, kinds: readonly string[]): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (!kinds.includes(match[1]!)) continue;
    if (match.index > from) spans.push({ text: text.slice(from, match.index) });
    spans.push({ masked: match[1]! });
    from = match.index + match[0].length;
  }
  if (from < text.length) spans.push({ text: text.slice(from) });
  return spans;
}
