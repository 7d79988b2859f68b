import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { useLanguage, useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { type Bar, barOf } from "../labeling_item/bars";
import { ClipElement } from "../labeling_item/ClipElement";
import { look } from "../labeling_item/commands";
import type { Segment } from "../labeling_item/label";
import { type Command, labelKey } from "../labeling_item/label_keys";
import { ManifestLine } from "../labeling_item/ManifestLine";
import { labelOf } from "../labeling_item/openWork";
import type { Player } from "../labeling_item/Player";
import type { ClipSound } from "../labeling_item/ClipSound";
import { containing, type Span, showing } from "../labeling_item/span";
import type { TaskSchema } from "../labeling_item/task_schema";
import { Transport } from "../labeling_item/Transport";
import { type Clip, useClip } from "../labeling_item/useClip";
import { useLinks } from "../labeling_item/useLinks";
import { WavePanel } from "../labeling_item/WavePanel";
import { AnswerCard } from "./AnswerCard";
import styles from "./ItemReview.module.css";
import { messages } from "./messages";

type Item = Schemas["LabelItem"];
type Answers = NonNullable<Item["answers"]>;

interface Props {
  item: Item;
  media: Schemas["LabelMedia"];
  schema: TaskSchema;
  answers: Answers;
  onReviewed: (item: Item) => void;
}

/** Each answer is a lane of the waveform and a card with its segments. */
export function ItemReview(props: Props) {
  const { item, media } = props;
  const { element, player, sound, clip, error } = useClip(media, useLinks(item, media));
  return (
    <>
      <ClipElement kind={media.kind} element={element} error={error} />
      {player && <Answers {...props} player={player} sound={sound} clip={clip} />}
      <ManifestLine of={item.input} />
    </>
  );
}

interface AnswersProps extends Props {
  player: Player;
  sound: ClipSound;
  clip: Clip;
}

function Answers({ item, schema, answers, onReviewed, player, sound, clip }: AnswersProps) {
  const t = useMessages(messages);
  const language = useLanguage();
  const { duration } = clip;
  const [span, setSpan] = useState<Span>({ from: 0, to: duration });
  const [rate, setRate] = useState(1);
  const [chosen, setChosen] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const box = useRef<HTMLDivElement>(null);
  // Two people may have accepted the same suggestion, whose id both segments have.
  const lanes = useMemo(
    () => answers.map(({ answer_id, label }) => labelOf(label).segments.map((each) => ({ ...each, id: `${answer_id}.${each.id}` }))),
    [answers],
  );
  const all = useMemo(() => lanes.flat().sort((a, b) => a.start_us - b.start_us || a.end_us - b.end_us), [lanes]);
  const bars = useMemo(
    (): Bar[] =>
      lanes.flatMap((segments, lane) =>
        segments.map((each) => ({ ...barOf(schema, language, each), lane, lanes: lanes.length, suggested: false, fixed: true, chosen: each.id === chosen })),
      ),
    [lanes, schema, language, chosen],
  );
  const choose = useCallback(
    (id: string | undefined) => {
      setChosen(id);
      const found: Segment | undefined = all.find((each) => each.id === id);
      if (!found) return;
      player.seek(found.start_us);
      setSpan((before) => containing(before, found.start_us, found.end_us, duration));
    },
    [all, player, duration],
  );
  const viewing = { player, clip, span, all, chosen: all.find(({ id }) => id === chosen), edge: "start_us" as const, rate, choose, setSpan, setRate };
  const latest = useRef(viewing);
  latest.current = viewing;
  const command = useCallback((what: Command) => look(latest.current, what), []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const here = event.target === document.body || (event.target instanceof Node && box.current?.contains(event.target));
      const found = here && !event.isComposing ? labelKey(event, new Set()) : undefined;
      if (found && command(found)) event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [command]);
  useEffect(() => player.subscribe((now) => player.playing && setSpan((before) => showing(before, now, duration))), [player, duration]);
  return (
    <div ref={box} tabIndex={-1} className={styles.review} role="region" aria-label={t.answers}>
      {failure !== undefined && <div role="alert">{shown(failure instanceof Error ? failure.message : String(failure))}</div>}
      <WavePanel
        sound={sound}
        player={player}
        duration={duration}
        span={span}
        bars={bars}
        onError={setFailure}
        hearing={{ seek: (time) => player.seek(time), choose: setChosen, drag: () => {}, draw: (from) => player.seek(from), show: setSpan }}
      />
      <Transport player={player} clip={clip} rate={rate} command={command} />
      <div className={styles.cards}>
        {answers.map((each, index) => (
          <AnswerCard key={each.answer_id} item={item} schema={schema} answer={each} segments={lanes[index]!} chosen={chosen} onChoose={choose} onReviewed={onReviewed} />
        ))}
      </div>
    </div>
  );
}
