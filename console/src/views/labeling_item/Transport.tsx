import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useEffect, useRef, useState } from "react";
import { useFormats, useMessages } from "../../i18n/language";
import { RATES } from "./commands";
import type { Command } from "./label_keys";
import { messages } from "./messages";
import type { Player } from "./Player";
import { formatTime, frameAt, type Microseconds, parseTime } from "./times";
import styles from "./Transport.module.css";
import type { Clip } from "./useClip";

interface Props {
  player: Player;
  clip: Clip;
  rate: number;
  command: (command: Command, event: { timeStamp: number }) => void;
  /** What the button says that begins and ends segments, where there is one. */
  mark?: string;
}

export function Transport({ player, clip, rate, command, mark }: Props) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const [playing, setPlaying] = useState(player.playing);
  const [typed, setTyped] = useState("");
  const time = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = (now: Microseconds) => {
      setPlaying(player.playing);
      const frame = clip.frameRate ? ` · ${t.frame} ${frameAt(now - clip.offset, clip.frameRate)}` : "";
      // Sixty times a second: React is not asked.
      if (time.current) time.current.textContent = formatTime(now) + frame;
    };
    show(player.now);
    return player.subscribe(show);
  }, [player, clip, t]);
  const press = (what: Command) => () => command(what, { timeStamp: performance.now() });
  const rates = RATES.map((each) => ({ value: String(each), label: `${number(each)} ×` }));
  return (
    <div className={styles.row}>
      <Button variant="primary" iconName={playing ? "pause" : "play"} ariaLabel={playing ? t.pause : t.play} onClick={press({ do: "play" })} />
      {mark && <Button onClick={press({ do: "mark" })}>{mark}</Button>}
      <span className={styles.time}>
        <span ref={time} /> / {formatTime(clip.duration)}
      </span>
      <form
        className={styles.goTo}
        onSubmit={(event) => {
          event.preventDefault();
          const to = parseTime(typed);
          if (to === undefined) return;
          player.seek(to);
          setTyped("");
          command({ do: "leave" }, event);
        }}
      >
        <Input
          ariaLabel={t.goTo}
          placeholder={t.goTo}
          value={typed}
          invalid={typed !== "" && parseTime(typed) === undefined}
          onChange={({ detail }) => setTyped(detail.value)}
        />
      </form>
      <Select
        ariaLabel={t.rate}
        options={rates}
        selectedOption={rates.find(({ value }) => value === String(rate)) ?? null}
        onChange={({ detail }) => {
          const wanted = RATES.indexOf(Number(detail.selectedOption.value)) - RATES.indexOf(rate);
          for (let step = 0; step < Math.abs(wanted); step += 1) command({ do: wanted > 0 ? "faster" : "slower" }, { timeStamp: performance.now() });
        }}
      />
      <Button onClick={press({ do: "loop" })}>{t.loop}</Button>
      <Button iconName="zoom-in" ariaLabel={t.keyNames["zoomIn"]!} onClick={press({ do: "zoomIn" })} />
      <Button iconName="zoom-out" ariaLabel={t.keyNames["zoomOut"]!} onClick={press({ do: "zoomOut" })} />
      <Button iconName="zoom-to-fit" ariaLabel={t.keyNames["zoomAll"]!} onClick={press({ do: "zoomAll" })} />
    </div>
  );
}
