import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { useId } from "react";
import { useFormats, useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import styles from "./Chat.module.css";
import { type ChatAnswer, imagePath, partsOf } from "./chatting";
import { messages } from "./messages";

/** An answer with its citations, its sources, and what else Q Business tells. */
export function AnswerView({ answer }: { answer: ChatAnswer }) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const id = useId();
  const { citations, failed_attachments: unread, action_review: action, authorization_url: address } = answer;
  return (
    <>
      <div className={styles.answer}>
        {partsOf(answer).map(({ text, numbers }, index) => (
          <span key={index}>
            <Text of={text} />
            {numbers.map((number) => (
              <a key={number} className={styles.number} href={`#${id}${number}`} aria-label={t.source(number)}>
                [{number}]
              </a>
            ))}
          </span>
        ))}
      </div>
      {unread.length > 0 && (
        <Alert type="warning" header={t.unread}>
          <ul>
            {unread.map(({ name, detail }) => (
              <li key={name}>
                <Text of={`${name}: ${detail}`} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {citations.length > 0 && (
        <ExpandableSection headerText={`${t.sources} (${citations.length})`} defaultExpanded>
          <ol className={styles.sources} aria-label={t.sources}>
            {citations.map(({ number, title, excerpt, url, updated_at: updated, segments }) => {
              const image = segments.map((each) => imagePath(each.media_url)).find(Boolean);
              return (
                <li key={number} id={`${id}${number}`} value={number}>
                  <Box variant="strong">
                    <Text of={title} />
                  </Box>{" "}
                  {updated && <Box variant="small">{t.updated(time(updated))}</Box>}
                  {excerpt && (
                    <Box color="text-body-secondary">
                      <Text of={excerpt} />
                    </Box>
                  )}
                  {url && (
                    <Box fontSize="body-s">
                      <Text of={url} />
                    </Box>
                  )}
                  {image && <img className={styles.image} src={image} alt={t.image(shown(title))} loading="lazy" />}
                </li>
              );
            })}
          </ol>
        </ExpandableSection>
      )}
      {action && (
        <Alert type="info" header={t.action}>
          {t.actionDetail}
          <ul>
            {(action.fields ?? []).map(({ name, label, value }) => (
              <li key={name}>
                <Text of={`${label ?? name}: ${typeof value === "string" ? value : JSON.stringify(value ?? "")}`} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {address && (
        <Alert type="info" header={t.authorization}>
          <Text of={address} />
        </Alert>
      )}
    </>
  );
}
