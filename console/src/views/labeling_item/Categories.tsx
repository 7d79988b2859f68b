import SegmentedControl from "@cloudscape-design/components/segmented-control";
import { useLanguage, useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import styles from "./Categories.module.css";
import { type Command, keyOfCategory } from "./label_keys";
import { messages } from "./messages";
import { type TaskSchema, titleOf, type Track } from "./task_schema";

interface Props {
  schema: TaskSchema;
  track: Track;
  category: string;
  /** Whether a segment of this category has begun. */
  marking: boolean;
  onTrack: (name: string) => void;
  command: (command: Command, event: { timeStamp: number }) => void;
}

/** The tracks, and the categories of one of them. */
export function Categories({ schema, track, category, marking, onTrack, command }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  return (
    <div className={styles.row}>
      {schema.tracks.length > 1 && (
        <SegmentedControl
          label={t.track}
          selectedId={track.name}
          options={schema.tracks.map(({ name, title }) => ({ id: name, text: shown(titleOf(title, language, name)) }))}
          onChange={({ detail }) => onTrack(detail.selectedId)}
        />
      )}
      <div className={styles.categories} role="group" aria-label={t.categories}>
        {track.categories.map(({ name, title, color, key }) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === category}
            className={styles.category}
            data-marking={marking && name === category ? "" : undefined}
            onClick={(event) => command({ do: "category", name }, event.nativeEvent)}
          >
            <Swatch color={color} />
            <Text of={titleOf(title, language, name)} />
            {key && <kbd>{keyOfCategory(key)}</kbd>}
          </button>
        ))}
      </div>
    </div>
  );
}

export function Swatch({ color }: { color: string | undefined }) {
  return (
    <svg className={styles.swatch} viewBox="0 0 10 10" aria-hidden="true">
      <circle cx="5" cy="5" r="5" fill={color ?? "#687078"} />
    </svg>
  );
}
