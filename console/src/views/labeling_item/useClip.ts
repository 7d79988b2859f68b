import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { ClipSound } from "./ClipSound";
import { messages } from "./messages";
import { Player } from "./Player";
import type { FrameRate, Microseconds } from "./times";

type Media = Schemas["LabelMedia"];

/** What the page knows of a clip. */
export interface Clip {
  kind: "audio" | "video";
  duration: Microseconds;
  offset: Microseconds;
  frameRate: FrameRate | undefined;
}

/** Links to a clip's files. */
export interface ClipLinks {
  /** The media with links that are valid again. */
  fresh: () => Promise<Media>;
  /** A link as this page can follow it. */
  here: (url: string) => string;
}

/** A link that fails again so soon has not expired. */
const SOON = 10_000;

/** The player and the waveform of a clip. Links that have expired are asked for again. */
export function useClip(media: Media, links: ClipLinks) {
  const t = useMessages(messages);
  const [element, setElement] = useState<HTMLMediaElement | null>(null);
  const [player, setPlayer] = useState<Player>();
  const [error, setError] = useState<unknown>();
  const newest = useRef(media);
  const fresh = useCallback(async () => (newest.current = await links.fresh()), [links]);

  const sound = useMemo(() => {
    return new ClipSound(media, async (of, expired) => links.here(of(expired ? await fresh() : newest.current)));
  }, [media, links, fresh]);
  const clip: Clip = useMemo(
    () => ({ kind: media.kind, duration: media.duration_us, offset: media.offset_us, frameRate: media.frame_rate }),
    [media],
  );

  useEffect(() => {
    if (!element) return undefined;
    const stop = new AbortController();
    let asked = 0;
    element.src = links.here(newest.current.copy.url);
    element.addEventListener(
      "error",
      () => {
        // A link that has expired, unless it has just been asked for.
        if (Date.now() - asked < SOON) return setError(new ApiError(element.error?.message || t.mediaFailed));
        asked = Date.now();
        const { currentTime, playbackRate } = element;
        fresh().then(({ copy }) => {
          element.src = links.here(copy.url);
          element.currentTime = currentTime;
          element.playbackRate = playbackRate;
          setError(undefined);
        }, setError);
      },
      { signal: stop.signal },
    );
    const made = new Player(element, clip.offset, clip.duration);
    setPlayer(made);
    return () => {
      stop.abort();
      made.close();
      element.removeAttribute("src");
      element.load();
    };
  }, [element, clip, links, fresh, t]);

  return { element: setElement, player, sound, clip, error };
}
