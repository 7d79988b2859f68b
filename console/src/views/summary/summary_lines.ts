/** A line of summaries.jsonl (docs/summaries.md). */
export interface Summary {
  source: string;
  record_id?: string;
  outcome: string;
  reason?: string;
  turns?: number;
  roles_uncertain?: boolean;
  coverage?: { turns: number; covered_turns: number };
  insights?: Record<string, unknown>;
  unsupported?: { insight?: string; text?: string; kind?: string; why?: string }[];
}

/** The lines that can be read. One that was cut off is left out. */
export function summariesIn(text: string): Summary[] {
  return text.split("\n").flatMap((line) => {
    try {
      const found = JSON.parse(line);
      return typeof found?.source === "string" && typeof found.outcome === "string" ? [found] : [];
    } catch {
      return [];
    }
  });
}

export interface Statement {
  text: string;
  turns: number[];
}

/** An insight as statements, each with the turns that it rests on: a sentence, a word, or a list of either. */
export function statementsOf(insight: unknown): Statement[] {
  if (insight === null || insight === undefined) return [];
  if (Array.isArray(insight)) return insight.flatMap(statementsOf);
  if (typeof insight !== "object") return [{ text: String(insight), turns: [] }];
  const { text, turns, ...rest } = insight as Record<string, unknown>;
  const more = Object.entries(rest)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .map(([name, value]) => `${name}: ${value}`);
  return [
    {
      text: [text === undefined ? "" : String(text), more.join(", ")].filter(Boolean).join(" – "),
      turns: Array.isArray(turns) ? turns.filter((each) => typeof each === "number") : [],
    },
  ];
}
