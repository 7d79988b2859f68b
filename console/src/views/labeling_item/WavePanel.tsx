import { type RefObject, useEffect, useRef, useState } from "react";
import { useMessages } from "../../i18n/language";
import { usePreferences } from "../../shell/preferences";
import type { Bar } from "./bars";
import type { ClipSound } from "./ClipSound";
import { messages } from "./messages";
import type { Player } from "./Player";
import { lengthOf, type Span, zoomed } from "./span";
import type { Microseconds } from "./times";
import styles from "./WavePanel.module.css";
import { type Colors, type Hearing, Waves } from "./Waves";

interface Props {
  sound: ClipSound;
  player: Player;
  duration: Microseconds;
  span: Span;
  bars: Bar[];
  hearing: Hearing;
  onError: (error: unknown) => void;
}

const DARK: Colors = { wave: "#8fb8de", cursor: "#ff9900", overview: "rgba(143, 184, 222, 0.25)", spectrogram: "igray" };
const LIGHT: Colors = { wave: "#33608c", cursor: "#c33a00", overview: "rgba(51, 96, 140, 0.18)", spectrogram: "gray" };

/** The waveform and the spectrogram of the part that is shown, below an overview of the whole clip. */
export function WavePanel({ sound, player, duration, span, bars, hearing, onError }: Props) {
  const t = useMessages(messages);
  const { theme } = usePreferences();
  const [overview, wave, spectrogram] = [useBox(), useBox(), useBox()];
  const [waves, setWaves] = useState<Waves>();
  const width = useWidth(wave);
  const latest = useRef({ hearing, onError, span });
  latest.current = { hearing, onError, span };

  useEffect(() => {
    let made: Waves | undefined;
    let gone = false;
    const now = () => latest.current.hearing;
    const heard: Hearing = {
      seek: (time) => now().seek(time),
      choose: (id) => now().choose(id),
      drag: (id, edge, time) => now().drag(id, edge, time),
      draw: (from, to) => now().draw(from, to),
      show: (next) => now().show(next),
    };
    sound.overview().then((drawn) => {
      if (gone) return;
      const colors = document.body.classList.contains("awsui-dark-mode") ? DARK : LIGHT;
      const boxes = { overview: overview.current!, wave: wave.current!, spectrogram: spectrogram.current! };
      setWaves((made = new Waves(boxes, duration, drawn, colors, heard)));
    }, latest.current.onError);
    return () => {
      gone = true;
      made?.destroy();
      setWaves(undefined);
    };
  }, [sound, duration, theme, overview, wave, spectrogram]);

  const { from, to } = span;
  useEffect(() => {
    if (!waves) return undefined;
    let gone = false;
    sound
      .of({ from, to }, Math.round(width * window.devicePixelRatio))
      .then((drawn) => (gone ? undefined : waves.show({ from, to }, drawn)))
      .catch((error: unknown) => gone || latest.current.onError(error));
    return () => {
      gone = true;
    };
  }, [waves, sound, from, to, width]);
  useEffect(() => waves?.bars(bars), [waves, bars]);
  useEffect(() => waves && player.subscribe((now) => waves.cursor(now)), [waves, player]);

  useEffect(() => {
    const box = wave.current;
    if (!box) return undefined;
    const turn = (event: WheelEvent) => {
      const { span: shown, hearing: told } = latest.current;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!sideways && !event.ctrlKey) return;
      event.preventDefault();
      const { left, width: wide } = box.getBoundingClientRect();
      if (event.ctrlKey) {
        const at = shown.from + ((event.clientX - left) / wide) * lengthOf(shown);
        told.show(zoomed(shown, Math.exp(event.deltaY / 300), at, duration));
      } else {
        const by = Math.round(((event.deltaX || event.deltaY) / wide) * lengthOf(shown));
        const begin = Math.min(Math.max(0, shown.from + by), duration - lengthOf(shown));
        told.show({ from: begin, to: begin + lengthOf(shown) });
      }
    };
    box.addEventListener("wheel", turn, { passive: false });
    return () => box.removeEventListener("wheel", turn);
  }, [wave, duration]);

  return (
    <div className={styles.panel} role="group" aria-label={t.waveform}>
      <div ref={overview} className={styles.overview} />
      <div ref={wave} className={styles.wave} />
      <div ref={spectrogram} className={styles.spectrogram} hidden />
    </div>
  );
}

const useBox = () => useRef<HTMLDivElement>(null);

function useWidth(box: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width || 1000;
}
