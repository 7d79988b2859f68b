import Box from "@cloudscape-design/components/box";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import styles from "./Texts.module.css";

/** A document beside a question about it and the answers; below them what is asked of who reads it. */
export function Texts({ of, children }: { of: Schemas["LabelText"]; children: React.ReactNode }) {
  const t = useMessages(messages);
  return (
    <div className={styles.beside}>
      <section aria-label={t.document}>
        <Box variant="h2">{t.document}</Box>
        <div className={styles.document} dir="auto" tabIndex={0} role="group" aria-label={t.document}>
          <Text of={of.document} />
        </div>
      </section>
      <div className={styles.asked}>
        <div dir="auto">
          <Text of={of.question} />
        </div>
        {of.answers.map((each, place) => (
          <section key={place} aria-label={t.answer(place)} className={styles.answer}>
            <Box variant="h3">{t.answer(place)}</Box>
            <div dir="auto">
              <Text of={each} />
            </div>
          </section>
        ))}
        {children}
      </div>
    </div>
  );
}
