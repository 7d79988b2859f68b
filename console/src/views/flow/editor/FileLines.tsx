import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { useEffect, useRef, useState } from "react";
import { useMessages } from "../../../i18n/language";
import { shown } from "../../../text/plain";
import styles from "./Editor.module.css";
import { messages } from "./messages";

/** The file as it would be saved, with its lines. A message leads to one of them. */
export function FileLines({ text, line }: { text: string; line: number | undefined }) {
  const t = useMessages(messages);
  const [isOpen, setOpen] = useState(line !== undefined);
  const marked = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (line !== undefined) setOpen(true);
  }, [line]);
  useEffect(() => {
    const [item, list] = [marked.current, marked.current?.parentElement];
    // The page stays where it is.
    if (item && list) list.scrollTop = item.offsetTop - list.clientHeight / 2;
  }, [line, isOpen]);
  return (
    <ExpandableSection headerText={t.file} expanded={isOpen} onChange={({ detail }) => setOpen(detail.expanded)}>
      {isOpen && (
        <ol className={styles.lines} tabIndex={0} aria-label={t.file}>
          {text.split(/\r\n|\n|\r/).map((each, index) => (
            <li key={index} ref={index + 1 === line ? marked : undefined} aria-current={index + 1 === line || undefined}>
              <bdi>{shown(each) || "\u00a0"}</bdi>
            </li>
          ))}
        </ol>
      )}
    </ExpandableSection>
  );
}
