import Modal from "@cloudscape-design/components/modal";
import { Fragment } from "react";
import { useLanguage, useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import styles from "./KeysDialog.module.css";
import { type Group, keyOfCategory, KEYS } from "./label_keys";
import { messages } from "./messages";
import { type TaskSchema, titleOf } from "./task_schema";

interface Props {
  schema: TaskSchema;
  video: boolean;
  onClose: () => void;
}

/** All keys of the page and of this task. */
export function KeysDialog({ schema, video, onClose }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const groups = Object.keys(t.groups) as Group[];
  return (
    <Modal visible size="large" header={t.keys} closeAriaLabel={t.close} onDismiss={onClose}>
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{t.groups[group]}</h3>
            <dl className={styles.keys}>
              {KEYS.filter((each) => each.group === group && (video || !each.video)).map(({ keys, name }) => (
                <Fragment key={name}>
                  <dt>
                    {keys.map((each) => (
                      <kbd key={each}>{shownKey(each, t.keyCaps)}</kbd>
                    ))}
                  </dt>
                  <dd>{t.keyNames[name]}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
        {schema.tracks.map((track) => (
          <section key={track.name}>
            <h3>
              <Text of={titleOf(track.title, language, track.name)} />
            </h3>
            <dl className={styles.keys}>
              {track.categories.flatMap(({ name, title, key }) => {
                const pressed = keyOfCategory(key);
                return pressed === undefined
                  ? []
                  : [
                      <Fragment key={name}>
                        <dt>
                          <kbd>{shownKey(pressed, t.keyCaps)}</kbd>
                        </dt>
                        <dd>
                          <Text of={titleOf(title, language, name)} />
                        </dd>
                      </Fragment>,
                    ];
              })}
            </dl>
          </section>
        ))}
      </div>
      <p>{t.categoryKeys}</p>
      <p>{t.wheel}</p>
    </Modal>
  );
}

const shownKey = (name: string, caps: Record<string, string>) =>
  name
    .split(/(?<=.)\+/)
    .map((part) => caps[part] ?? part.toUpperCase())
    .join(" + ");
