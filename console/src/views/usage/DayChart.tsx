import { roundUp } from "./days";
import styles from "./Usage.module.css";

interface Props {
  label: string;
  days: { day: string; value: number }[];
  shown: (value: number) => string;
  dayShown: (day: string) => string;
}

const WIDTH = 900;
const HEIGHT = 220;
const LEFT = 70;
const BOTTOM = 24;
const TOP = 12;

/** A bar for each day. The same numbers stand in a table below it, which screen readers read instead. */
export function DayChart({ label, days, shown, dayShown }: Props) {
  const most = roundUp(Math.max(...days.map((each) => each.value)));
  const step = (WIDTH - LEFT) / Math.max(days.length, 1);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
  const named = Math.ceil(days.length / 6);
  return (
    <svg className={styles.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {[0, most / 2, most].map((value) => (
        <g key={value}>
          <line className={styles.line} x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
          <text className={styles.label} x={LEFT - 8} y={y(value) + 4} textAnchor="end">
            {shown(value)}
          </text>
        </g>
      ))}
      {days.map(({ day, value }, index) => (
        <g key={day}>
          <rect
            className={styles.bar}
            x={LEFT + index * step + step * 0.15}
            width={step * 0.7}
            y={y(value)}
            height={y(0) - y(value)}
          >
            <title>{`${dayShown(day)}: ${shown(value)}`}</title>
          </rect>
          {index % named === 0 && (
            <text className={styles.label} x={LEFT + (index + 0.5) * step} y={HEIGHT - 6} textAnchor="middle">
              {dayShown(day)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
