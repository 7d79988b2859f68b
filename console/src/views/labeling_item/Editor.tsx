import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useLanguage, useMessages } from "../../i18n/language";
import { barsOf } from "./bars";
import { Categories } from "./Categories";
import type { ClipSound } from "./ClipSound";
import { newId, perform, type Scene } from "./commands";
import styles from "./Editor.module.css";
import { FieldControls } from "./FieldControl";
import { KeysDialog } from "./KeysDialog";
import { accepted, added, inOrder, movedTo, rejected, type Segment, segmentBetween, type Suggestion, undecided, withClip, withEdge } from "./label";
import { type Command, keyOfCategory, labelKey } from "./label_keys";
import { MergeDialog } from "./MergeDialog";
import { messages } from "./messages";
import type { Player } from "./Player";
import { SegmentForm } from "./SegmentForm";
import { SegmentList } from "./SegmentList";
import { containing, type Span, showing } from "./span";
import { faultsOf, fieldsOf, type TaskSchema, titleOf, trackOf } from "./task_schema";
import { formatTime, type Microseconds } from "./times";
import { Transport } from "./Transport";
import type { Clip } from "./useClip";
import { useSubmit } from "./useSubmit";
import { WavePanel } from "./WavePanel";
import type { Work } from "./Work";
import { WorkHeader } from "./WorkHeader";

interface Props {
  schema: TaskSchema;
  clip: Clip;
  suggestions: Suggestion[];
  work: Work;
  player: Player;
  sound: ClipSound;
  title: string;
  /** What the reviewer wrote. */
  note: string | undefined;
  /** Called when everything is saved and nothing is missing. */
  onSubmit: () => Promise<void>;
  /** Gives the item back, where it can be. */
  onRelease?: () => void;
  /** Whether only this device keeps the work until it is submitted. */
  local?: boolean;
}

/** Where a segment began while the clip plays. */
interface Marking {
  start: Microseconds;
  track: string;
  category: string;
}

export function Editor({ schema, clip, suggestions, work, player, sound, title, note, onSubmit, onRelease, local = false }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const { label, draft } = useSyncExternalStore(work.subscribe, () => work.seen);
  const { duration } = clip;
  const [span, setSpan] = useState<Span>({ from: 0, to: duration });
  const [chosen, setChosen] = useState<string>();
  const [edge, setEdge] = useState<"start_us" | "end_us">("end_us");
  const [trackName, setTrack] = useState(schema.tracks[0]!.name);
  const [categories, setCategories] = useState<Record<string, string>>({});
  const [marking, setMarking] = useState<Marking>();
  const [rate, setRate] = useState(1);
  const [help, setHelp] = useState(false);
  const [said, setSaid] = useState("");
  const box = useRef<HTMLDivElement>(null);

  const track = trackOf(schema, trackName) ?? schema.tracks[0]!;
  const category = categories[track.name] ?? track.categories[0]!.name;
  const open = useMemo(() => undecided(suggestions, label), [suggestions, label]);
  const all = useMemo(() => inOrder<Segment | Suggestion>([...label.segments, ...open]), [label.segments, open]);
  const segment = label.segments.find(({ id }) => id === chosen);
  const suggestion = open.find(({ id }) => id === chosen);
  const keyed = useMemo(
    () => new Map(track.categories.flatMap(({ key, name }) => (key ? [[keyOfCategory(key)!, name] as const] : []))),
    [track],
  );

  const choose = useCallback(
    (id: string | undefined, show = true) => {
      setChosen(id);
      const found = [...work.label.segments, ...suggestions].find((each) => each.id === id);
      if (!found) return;
      setTrack(found.track);
      setSaid(`${found.category || t.noCategory}, ${formatTime(found.start_us)} – ${formatTime(found.end_us)}`);
      if (!show) return;
      if (!player.playing) player.seek(found.start_us);
      setSpan((before) => containing(before, found.start_us, found.end_us, duration));
    },
    [work, suggestions, player, duration, t],
  );

  const add = (from: Microseconds, to: Microseconds, of: { track: string; category: string }) => {
    const made = segmentBetween({ id: newId(), track: of.track, category: of.category }, from, to, duration);
    if (!made) return setSaid(t.tooShort);
    work.change(added(made));
    setEdge("end_us");
    choose(made.id, false);
  };

  const { complete, failure, setFailure, submitting, submit } = useSubmit(work, schema, {
    begin: () => player.pause(),
    onSubmit,
    onFault: (fault) => {
      if (fault.segment) choose(fault.segment);
      setSaid(t.incomplete);
      box.current?.querySelector("#label-faults")?.scrollIntoView?.({ block: "nearest" });
    },
  });

  const scene: Scene = {
    work, player, clip, track, category, span, chosen: segment ?? suggestion, segment, suggestion, edge, marking, rate, all, open,
    categoryOfKey: (key) => keyed.get(key),
    add, choose, setSpan, setEdge, setMarking, setRate, setSaid,
    setTrack: (step) => {
      const at = schema.tracks.findIndex(({ name }) => name === track.name);
      const next = schema.tracks[(at + step + schema.tracks.length) % schema.tracks.length]!;
      setTrack(next.name);
      setSaid(titleOf(next.title, language, next.name));
    },
    setCategory: (name) => setCategories((before) => ({ ...before, [track.name]: name })),
    texts: new Set(fieldsOf(track.fields, "en").flatMap(({ kind, name }) => (kind === "text" ? [name] : []))),
    edit: () => box.current?.querySelector<HTMLElement>("#segment-form :is(textarea, input, button)")?.focus(),
    leaveField: () => box.current?.focus({ preventScroll: true }),
    help: () => setHelp(true),
    submit,
    t,
  };
  const latest = useRef(scene);
  latest.current = scene;
  const command = useCallback((what: Command, event: { timeStamp: number }) => perform(latest.current, what, event), []);
  const openKeys = useRef(keyed);
  openKeys.current = keyed;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event;
      const here = target === document.body || (target instanceof Node && box.current?.contains(target));
      if (!here || event.defaultPrevented || event.isComposing) return;
      const found = labelKey(event, new Set(openKeys.current.keys()));
      if (!found) return;
      event.preventDefault();
      command(found, event);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [command]);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  // A page is turned when the player leaves it.
  useEffect(() => player.subscribe((now) => player.playing && setSpan((before) => showing(before, now, duration))), [player, duration]);

  const bars = useMemo(() => barsOf(schema, language, all, chosen), [schema, language, all, chosen]);

  const faults = complete ? faultsOf(schema, label) : [];
  const clipFields = useMemo(() => fieldsOf(schema.clip, language), [schema, language]);
  return (
    <div ref={box} tabIndex={-1} className={styles.editor} role="region" aria-label={t.editor}>
      <SpaceBetween size="s">
        <WorkHeader
          title={title}
          work={work}
          note={note}
          faults={faults.length}
          failure={failure}
          onClose={() => setFailure(undefined)}
          submitting={submitting}
          onSubmit={submit}
          onUndo={() => command({ do: "undo" }, now())}
          onRedo={() => command({ do: "redo" }, now())}
          onKeys={() => setHelp(true)}
          onRelease={onRelease}
          local={local}
        />
        <WavePanel
          sound={sound}
          player={player}
          duration={duration}
          span={span}
          bars={bars}
          onError={setFailure}
          hearing={{
            seek: (time) => player.seek(time),
            choose: (id) => choose(id, false),
            drag: (id, which, time) => {
              const dragged = work.label.segments.find((each) => each.id === id);
              const change = dragged && (which ? withEdge(dragged, which, time, duration) : movedTo(dragged, time, duration));
              if (which) setEdge(which);
              if (change) work.change({ ...change, together: undefined });
              choose(id, false);
            },
            draw: (from, to) => add(from, to, { track: track.name, category }),
            show: setSpan,
          }}
        />
        <Transport player={player} clip={clip} rate={rate} command={command} mark={marking ? t.endMark(formatTime(marking.start)) : t.beginMark} />
        <Categories schema={schema} track={track} category={marking?.category ?? category} marking={marking !== undefined} onTrack={setTrack} command={command} />
        <div className={styles.columns}>
          <SegmentList
            schema={schema}
            all={all}
            chosen={chosen}
            onChoose={choose}
            onAccept={(each) => work.change(accepted(each, each.category))}
            onReject={(each) => work.change(rejected(each))}
          />
          <div className={styles.forms}>
            {segment ? (
              <SegmentForm
                key={segment.id}
                schema={schema}
                segment={segment}
                edge={edge}
                duration={duration}
                complete={complete}
                onEdge={setEdge}
                onChange={(change) => work.change(change)}
              />
            ) : (
              <Box color="text-body-secondary">{suggestion ? t.suggestionHint : t.chooseHint}</Box>
            )}
            {clipFields.length > 0 && (
              <section aria-label={t.clipFields}>
                <Header variant="h2">{t.clipFields}</Header>
                <FieldControls fields={clipFields} values={label.clip} complete={complete} onChange={(name, value) => work.change(withClip(name, value))} />
              </section>
            )}
          </div>
        </div>
      </SpaceBetween>
      <div className={styles.said} role="status">
        {said}
      </div>
      {help && <KeysDialog schema={schema} video={clip.kind === "video"} onClose={() => setHelp(false)} />}
      {draft.conflict && <MergeDialog schema={schema} mine={label} theirs={draft.conflict} onMerge={(merged) => work.resolve(merged)} />}
    </div>
  );
}

const now = () => ({ timeStamp: performance.now() });
