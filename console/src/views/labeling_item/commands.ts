import {
  accepted, type Change, type Edge, following, merged, movedTo, rejected, removed, type Segment, split, type Suggestion, withCategory, withEdge,
} from "./label";
import type { Command } from "./label_keys";
import type { LabelingMessages } from "./messages";
import type { Player } from "./Player";
import { around, lengthOf, shifted, type Span, zoomed } from "./span";
import type { Track } from "./task_schema";
import { type Microseconds, MILLISECOND, stepFrames } from "./times";
import type { Clip } from "./useClip";
import type { Work } from "./Work";

/** What a command acts on that only looks and listens. */
export interface Viewing {
  player: Player;
  clip: Clip;
  span: Span;
  /** Segments and what is suggested, in order. */
  all: readonly (Segment | Suggestion)[];
  chosen: Segment | Suggestion | undefined;
  /** The edge that is heard. */
  edge: Edge;
  rate: number;
  choose: (id: string | undefined, show?: boolean) => void;
  setSpan: (span: Span) => void;
  setRate: (rate: number) => void;
}

/** What a command acts on that changes something. */
export interface Scene extends Viewing {
  work: Work;
  track: Track;
  category: string;
  /** What is chosen, if it is a segment, or a suggestion. */
  segment: Segment | undefined;
  suggestion: Suggestion | undefined;
  marking: { start: Microseconds; track: string; category: string } | undefined;
  open: readonly Suggestion[];
  texts: ReadonlySet<string>;
  t: LabelingMessages;
  categoryOfKey: (key: string) => string | undefined;
  add: (from: Microseconds, to: Microseconds, of: { track: string; category: string }) => void;
  setEdge: (edge: Edge) => void;
  setMarking: (marking: Scene["marking"]) => void;
  setSaid: (said: string) => void;
  setTrack: (step: number) => void;
  setCategory: (name: string) => void;
  edit: () => void;
  leaveField: () => void;
  help: () => void;
  submit: () => void;
}

export const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];
/** What is heard before or after an edge. */
const HALF_A_SECOND: Microseconds = 500 * MILLISECOND;

/** Whether it was a command of this kind. */
export function look(viewing: Viewing, command: Command): boolean {
  const { player, clip, span, all, chosen, edge, setSpan } = viewing;
  const { duration } = clip;
  const play = (from: Microseconds, to: Microseconds, loop = false) => void player.playStretch(Math.max(0, from), Math.min(duration, to), loop);
  const at = all.findIndex(({ id }) => id === chosen?.id);
  switch (command.do) {
    case "play":
      if (player.playing) player.pause();
      else void player.play();
      return true;
    case "loop":
      if (player.looping) player.pause();
      else if (chosen) play(chosen.start_us, chosen.end_us, true);
      return true;
    case "replayBefore":
    case "replayAfter":
    case "replayAround": {
      const place = chosen ? chosen[edge] : player.now;
      play(place - (command.do === "replayAfter" ? 0 : HALF_A_SECOND), place + (command.do === "replayBefore" ? 0 : HALF_A_SECOND));
      return true;
    }
    case "slower":
    case "faster": {
      const next = RATES[RATES.indexOf(viewing.rate) + (command.do === "faster" ? 1 : -1)];
      if (next !== undefined) viewing.setRate((player.rate = next));
      return true;
    }
    case "seek":
      player.seek(player.now + command.by * MILLISECOND);
      return true;
    case "seekFrame":
      if (clip.frameRate) player.seek(stepFrames(player.now - clip.offset, command.by, clip.frameRate) + clip.offset);
      return true;
    case "next":
      viewing.choose((all[at + 1] ?? all[at] ?? all[0])?.id);
      return true;
    case "previous":
      viewing.choose((all[at - 1] ?? all[Math.max(at, 0)])?.id);
      return true;
    case "zoomIn":
    case "zoomOut": {
      const middle = player.now >= span.from && player.now <= span.to ? player.now : (span.from + span.to) / 2;
      setSpan(zoomed(span, command.do === "zoomIn" ? 0.5 : 2, middle, duration));
      return true;
    }
    case "zoomTo":
      if (chosen) setSpan(around(chosen.start_us, chosen.end_us, duration));
      return true;
    case "zoomAll":
      setSpan({ from: 0, to: duration });
      return true;
    case "scrollLeft":
    case "scrollRight":
      setSpan(shifted(span, lengthOf(span) * (command.do === "scrollLeft" ? -0.8 : 0.8), duration));
      return true;
    default:
      return false;
  }
}

/** `event` is the key that was pressed, whose time counts. */
export function perform(scene: Scene, command: Command, event: { timeStamp: number }): void {
  if (look(scene, command)) return;
  const { work, player, clip, segment, suggestion, edge, all } = scene;
  const { duration } = clip;
  const change = (next: Change | undefined) => {
    if (next) work.change(next);
    return next !== undefined;
  };
  const moveEdge = (to: Microseconds) => {
    if (!segment) return;
    change(withEdge(segment, edge, to, duration));
    const now = work.label.segments.find(({ id }) => id === segment.id);
    if (now && !player.playing) player.seek(now[edge]);
  };

  switch (command.do) {
    case "mark":
      return mark(scene, event);
    case "category":
      return category(scene, command.name ?? scene.categoryOfKey(command.key ?? ""), event);
    case "cancel":
      if (scene.marking) scene.setMarking(undefined);
      else scene.choose(undefined);
      return;
    case "leave":
      return scene.leaveField();
    case "nextTrack":
      return scene.setTrack(1);
    case "split":
      if (segment && !change(split(segment, player.timeOf(event), newId()))) scene.setSaid(scene.t.notInside);
      return;
    case "merge": {
      const other = segment && following(work.label.segments, segment);
      if (!segment || !other || !change(merged(segment, other, scene.texts))) scene.setSaid(scene.t.nothingFollows);
      return;
    }
    case "remove": {
      if (!segment) return;
      const at = all.findIndex(({ id }) => id === segment.id);
      change(removed(segment));
      return scene.choose((all[at + 1] ?? all[at - 1])?.id, false);
    }
    case "swapEdge": {
      const next = edge === "start_us" ? "end_us" : "start_us";
      scene.setEdge(next);
      if (segment && !player.playing) player.seek(segment[next]);
      return;
    }
    case "edgeHere":
      return moveEdge(player.timeOf(event));
    case "nudge":
      if (segment) return moveEdge(segment[edge] + command.by * MILLISECOND);
      return player.seek(player.now + command.by * MILLISECOND);
    case "frame":
      if (segment && clip.frameRate) moveEdge(stepFrames(segment[edge] - clip.offset, command.by, clip.frameRate) + clip.offset);
      return;
    case "move":
      if (segment) change(movedTo(segment, segment.start_us + command.by * MILLISECOND, duration));
      return;
    case "edit":
      return scene.edit();
    case "nextSuggestion":
      return scene.choose(nextOpen(scene)?.id);
    case "accept":
      if (!suggestion) return;
      if (suggestion.category) change(accepted(suggestion, suggestion.category));
      else scene.setSaid(scene.t.needsCategory);
      return;
    case "reject": {
      if (!suggestion) return;
      const next = nextOpen(scene);
      change(rejected(suggestion));
      return scene.choose(next && next.id !== suggestion.id ? next.id : undefined);
    }
    case "undo":
    case "redo": {
      const id = command.do === "undo" ? work.undo() : work.redo();
      if (id && work.label.segments.some((each) => each.id === id)) scene.choose(id, false);
      return;
    }
    case "save":
      return void work.saver.flush();
    case "submit":
      return scene.submit();
    case "help":
      return scene.help();
  }
}

/** After the one that is chosen, or after what is chosen; from the beginning again at the end. */
function nextOpen({ open, chosen, player }: Scene): Suggestion | undefined {
  const place = open.findIndex(({ id }) => id === chosen?.id);
  if (place >= 0) return open[place + 1] ?? open[0];
  return open.find(({ start_us }) => start_us >= (chosen?.start_us ?? player.now)) ?? open[0];
}

/** Short, and unique among everybody's. */
export const newId = () => crypto.randomUUID().replaceAll("-", "").slice(0, 16);

/** Begin a segment where the clip is, or end the one that was begun. */
function mark(scene: Scene, event: { timeStamp: number }): void {
  const time = scene.player.timeOf(event);
  const { marking } = scene;
  if (!marking) return scene.setMarking({ start: time, track: scene.track.name, category: scene.category });
  scene.setMarking(undefined);
  scene.add(marking.start, time, marking);
}

/**
 * While the clip plays, a category begins and ends its segments, and another one follows at once. While it rests, it is
 * that of what is chosen.
 */
function category(scene: Scene, name: string | undefined, event: { timeStamp: number }): void {
  const { marking, player, segment, suggestion, track, work } = scene;
  if (name === undefined) return;
  scene.setCategory(name);
  if (marking) {
    const time = player.timeOf(event);
    scene.setMarking(marking.category === name && marking.track === track.name ? undefined : { start: time, track: track.name, category: name });
    scene.add(marking.start, time, marking);
  } else if (player.playing) {
    scene.setMarking({ start: player.timeOf(event), track: track.name, category: name });
  } else if (segment && segment.track === track.name) {
    const next = withCategory(segment, name);
    if (next) work.change(next);
  } else if (suggestion && suggestion.track === track.name) {
    work.change(accepted(suggestion, name));
  }
}
