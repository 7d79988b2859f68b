import { useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import { shown } from "../../text/plain";
import { spansOf } from "./maskedText";
import styles from "./MaskedText.module.css";
import { messages } from "./messages";

/** A text with what was masked in it as chips. `kinds` are the kinds that were. */
export function MaskedText({ of, kinds }: { of: string; kinds: readonly string[] }) {
  const t = useMessages(messages);
  return (
    <div className={styles.text} dir="auto">
      {spansOf(of, kinds).map((span, key) =>
        "text" in span ? (
          <Text key={key} of={span.text} />
        ) : (
          <span key={key} className={styles.masked} title={t.masked(shown(span.masked))}>
            {shown(span.masked)}
          </span>
        ),
      )}
    </div>
  );
}
