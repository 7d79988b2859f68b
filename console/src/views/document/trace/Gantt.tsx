import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { useFormats, useMessages } from "../../../i18n/language";
import { Text } from "../../../text/Text";
import { messages } from "../messages";
import styles from "./Gantt.module.css";
import { barOf, type Facts, type Line, ticksOf, type TimeLine } from "./timeLine";

const TICKS = 4;
const KINDS: Record<string, StatusIndicatorProps.Type> = {
  RUNNING: "in-progress",
  PENDING_REDRIVE: "in-progress",
  SUCCEEDED: "success",
  CAUGHT: "warning",
};

interface Props {
  line: TimeLine;
  labelOf: (imageId: string, pages: number[]) => string;
}

/** Each state as a bar on a common time line. A line opens to what it was given, what it returned, and its error. */
export function Gantt({ line, labelOf }: Props) {
  const t = useMessages(messages);
  const { duration } = useFormats();
  const [open, setOpen] = useState<string>();
  const whole = line.end - line.start;
  return (
    <div className={styles.gantt}>
      <div className={styles.axis} aria-hidden>
        {ticksOf(whole, TICKS).map((tick) => (
          <span key={tick} style={{ insetInlineStart: `${(tick / whole) * 100}%` }}>
            {duration(tick)}
          </span>
        ))}
      </div>
      <ol className={styles.lines} aria-label={t.states}>
        {line.lines.map((each) => {
          const { left, width } = barOf(each, line);
          const isOpen = open === each.key;
          return (
            <li key={each.key} data-depth={each.depth}>
              <button
                type="button"
                className={styles.line}
                aria-expanded={isOpen}
                onClick={() => setOpen(isOpen ? undefined : each.key)}
              >
                <span className={styles.name}>
                  <StatusIndicator type={KINDS[each.status] ?? "error"} iconAriaLabel={t.stateStatuses[each.status] ?? each.status}>
                    {each.pages ? labelOf(each.name, each.pages) : <Text of={each.name} />}
                  </StatusIndicator>
                </span>
                <span className={styles.took}>
                  {duration(each.end - each.start)}
                  {each.attempts > 1 && ` · ${t.attempts(each.attempts)}`}
                </span>
                <span className={styles.track} aria-hidden>
                  <span
                    className={styles.bar}
                    data-status={each.status}
                    style={{ insetInlineStart: `${left}%`, inlineSize: `${width}%` }}
                  />
                </span>
              </button>
              {isOpen && <LineDetails line={each} after={each.start - line.start} />}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function LineDetails({ line, after }: { line: Line; after: number }) {
  const t = useMessages(messages);
  const { duration } = useFormats();
  return (
    <div className={styles.details}>
      <p>
        {t.stateStatuses[line.status] ?? line.status}. {t.startedAfter(duration(after))} {t.tookTime(duration(line.end - line.start))}{" "}
        {line.attempts > 1 && t.retried(line.attempts - 1)}
      </p>
      {line.error && (
        <p className={styles.error}>
          <strong>
            <Text of={line.error.name} />
          </strong>{" "}
          <Text of={line.error.message} />
        </p>
      )}
      <FactList title={t.input} facts={line.input} />
      <FactList title={t.output} facts={line.output} />
    </div>
  );
}

function FactList({ title, facts }: { title: string; facts: Facts }) {
  const entries = Object.entries(facts);
  if (!entries.length) return null;
  return (
    <>
      <h3>{title}</h3>
      <dl>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>
              <Text of={name} />
            </dt>
            <dd>
              <Text of={String(value)} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
