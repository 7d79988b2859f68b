import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { answer, ApiError, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useMessages } from "../../i18n/language";
import { useApi, useDeployment } from "../../shell/deployment";
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

/** A link that fails again so soon has not expired. */
const SOON = 10_000;

/** The player and the waveform of an item. Links that have expired are asked for again. */
export function useClip(item: Schemas["LabelItem"], media: Media) {
  const t = useMessages(messages);
  const api = useApi();
  const { config } = useDeployment();
  const [element, setElement] = useState<HTMLMediaElement | null>(null);
  const [player, setPlayer] = useState<Player>();
  const [error, setError] = useState<unknown>();
  const links = useRef(media);
  const fresh = useCallback(async (): Promise<Media> => {
    const params = { path: { task_id: item.task_id, number: String(item.number) } };
    const again = await answer(api.GET("/label-tasks/{task_id}/items/{number}", { params }));
    if (again.media) links.current = again.media;
    return links.current;
  }, [api, item]);

  const sound = useMemo(() => {
    return new ClipSound(media, async (of, expired) => sameOrigin(of(expired ? await fresh() : links.current), config.files));
  }, [media, fresh, config]);
  const clip: Clip = useMemo(
    () => ({ kind: media.kind, duration: media.duration_us, offset: media.offset_us, frameRate: media.frame_rate }),
    [media],
  );

  useEffect(() => {
    if (!element) return undefined;
    const stop = new AbortController();
    let asked = 0;
    element.src = sameOrigin(links.current.copy.url, config.files);
    element.addEventListener(
      "error",
      () => {
        // A link that has expired, unless it has just been asked for.
        if (Date.now() - asked < SOON) return setError(new ApiError(element.error?.message || t.mediaFailed));
        asked = Date.now();
        const { currentTime, playbackRate } = element;
        fresh().then(({ copy }) => {
          element.src = sameOrigin(copy.url, config.files);
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
  }, [element, clip, config, fresh, t]);

  return { element: setElement, player, sound, clip, error };
}
