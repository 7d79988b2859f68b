const DAY = 86_400_000;

/** One entry for each day from `from` to `to`; a day without any has `empty`'s. */
export function everyDay<T extends { day: string }>(from: string, to: string, days: readonly T[], empty: Omit<T, "day">): T[] {
  const known = new Map(days.map((each) => [each.day, each]));
  const all: T[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push(known.get(day) ?? ({ ...empty, day } as T));
  }
  return all;
}

/** The smallest round number (1, 2 or 5 times a power of ten) that is not below `value`: the end of an axis. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((each) => each >= value * (1 - 1e-9))!;
}
