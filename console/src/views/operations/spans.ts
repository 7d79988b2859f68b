/** A number of seconds in its largest unit, as the language writes it: `3 min`, `2 Std.`. */
export function spanIn(language: string, seconds: number): string {
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]] as const;
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? units[3];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 0 }).format(Math.floor(seconds / size));
}

/** Between two moments; `now` where it has not ended. */
export function secondsBetween(started: string, ended: string | undefined, now: number): number {
  return Math.max(0, ((ended ? Date.parse(ended) : now) - Date.parse(started)) / 1000) || 0;
}
