import { Link } from "react-router";
import { type Block, type Inline, parseBlocks } from "./markdown";
import { shown } from "./plain";
import styles from "./Text.module.css";

interface Props {
  /** What a document, a model or a user wrote: file names, answers, captions, errors, comments. */
  of: string;
  /** Read paragraphs, lists, code, emphasis and links to our own pages. Otherwise the text is shown as it is. */
  rich?: boolean;
}

/** The only place where the page shows text that it did not write itself. It becomes text nodes, never HTML. */
export function Text({ of, rich = false }: Props) {
  if (!rich) return <bdi className={styles.plain}>{shown(of)}</bdi>;
  return <div className={styles.rich}>{parseBlocks(of).map(renderBlock)}</div>;
}

function renderBlock(block: Block, key: number) {
  if (block.kind === "code") return <pre key={key} dir="auto" tabIndex={0}>{shown(block.text)}</pre>;
  if (block.kind === "paragraph") return <p key={key} dir="auto">{block.children.map(renderInline)}</p>;
  const items = block.items.map((item, index) => <li key={index} dir="auto">{item.map(renderInline)}</li>);
  return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
}

function renderInline(part: Inline, key: number): React.ReactNode {
  switch (part.kind) {
    case "text":
      return shown(part.text);
    case "code":
      return <code key={key}>{shown(part.text)}</code>;
    case "strong":
      return <strong key={key}>{part.children.map(renderInline)}</strong>;
    case "emphasis":
      return <em key={key}>{part.children.map(renderInline)}</em>;
    case "link":
      return <Link key={key} to={part.to}>{shown(part.text)}</Link>;
  }
}
