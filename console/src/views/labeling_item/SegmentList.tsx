import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useEffect, useRef } from "react";
import { useLanguage, useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { Swatch } from "./Categories";
import type { Segment, Suggestion } from "./label";
import { messages } from "./messages";
import styles from "./SegmentList.module.css";
import { categoryOf, type TaskSchema, titleOf, trackOf } from "./task_schema";
import { formatTime } from "./times";

interface Props {
  schema: TaskSchema;
  all: readonly (Segment | Suggestion)[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
  /** Whose segments these are, where there are several lists. */
  of?: string;
  /** Without them it is only read. */
  onAccept?: (suggestion: Suggestion) => void;
  onReject?: (suggestion: Suggestion) => void;
}

/** So many are in the page at once: those around the one that is chosen. */
const MOST = 200;

export function SegmentList({ schema, all, chosen, onChoose, of, onAccept, onReject }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const at = Math.max(0, all.findIndex(({ id }) => id === chosen));
  const first = Math.max(0, Math.min(at - MOST / 2, all.length - MOST));
  const current = useRef<HTMLButtonElement>(null);
  // What it returns is no cleanup: new browsers give a promise.
  useEffect(() => void current.current?.scrollIntoView?.({ block: "nearest" }), [chosen]);
  if (all.length === 0) return <Box color="text-body-secondary">{t.noSegments}</Box>;
  return (
    <section aria-label={of === undefined ? t.segments : `${t.segments}: ${shown(of)}`} className={styles.list} tabIndex={0}>
      <ol start={first + 1}>
        {all.slice(first, first + MOST).map((each) => {
          const suggested = !("origin" in each);
          const category = categoryOf(schema, each);
          const text = each.fields["text"];
          return (
            <li key={each.id} className={styles.item} data-suggested={suggested ? "" : undefined}>
              <button
                ref={each.id === chosen ? current : undefined}
                type="button"
                className={styles.choose}
                aria-current={each.id === chosen}
                onClick={() => onChoose(each.id)}
              >
                <span className={styles.times}>
                  {formatTime(each.start_us)} – {formatTime(each.end_us)}
                </span>
                <span className={styles.category}>
                  <Swatch color={category?.color} />
                  <Text of={each.category ? titleOf(category?.title, language, each.category) : t.noCategory} />
                </span>
                {schema.tracks.length > 1 && <Text of={titleOf(trackOf(schema, each.track)?.title, language, each.track)} />}
                {suggested ? <span>{t.suggested}</span> : each.origin !== "person" && <span>{t.origins[each.origin]}</span>}
                {typeof text === "string" && (
                  <span className={styles.text}>
                    <Text of={text} />
                  </span>
                )}
              </button>
              {suggested && onAccept && (
                <Button iconName="check" variant="icon" ariaLabel={`${t.keyNames["accept"]} ${formatTime(each.start_us)}`} disabled={!each.category} onClick={() => onAccept(each)} />
              )}
              {suggested && onReject && (
                <Button iconName="close" variant="icon" ariaLabel={`${t.keyNames["reject"]} ${formatTime(each.start_us)}`} onClick={() => onReject(each)} />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
