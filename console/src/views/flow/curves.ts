interface Day {
  day: string;
  p50: number;
  p95: number;
}

/** A line through the days, drawn to the scale of the highest 95th percentile. A single day is a flat line. */
export function curveOf(days: Day[], which: "p50" | "p95", width: number, height: number): string {
  const most = Math.max(1, ...days.map((each) => each.p95));
  const points = days.map((each, index) => ({
    x: days.length === 1 ? 0 : (index / (days.length - 1)) * width,
    y: height - 2 - (each[which] / most) * (height - 4),
  }));
  if (points.length === 1) points.push({ ...points[0]!, x: width });
  return points.map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
