import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { everyDay, roundUp } from "../src/views/usage/days";
import UsagePage from "../src/views/usage/UsagePage";
import { expectHarmless, HOSTILE, ID, show } from "./support";

const NOTHING = { calls: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 };
const SOME = { calls: 2, input_tokens: 3000, output_tokens: 400, cost_usd: 0.0123 };
const EMPTY = { days: [], capabilities: [], documents: [], users: [], interventions: [], failures: [] };
const PERIOD = { from: "2026-11-27", to: "2026-11-29" };

test("days without use are days in the chart", () => {
  const days = everyDay("2026-11-27", "2026-11-29", [{ day: "2026-11-28", cost: 2 }], { cost: 0 });
  expect(days).toEqual([
    { day: "2026-11-27", cost: 0 },
    { day: "2026-11-28", cost: 2 },
    { day: "2026-11-29", cost: 0 },
  ]);
});

test("an axis ends at a round number", () => {
  expect([0, 0.0123, 1, 3, 70, 0.3].map(roundUp)).toEqual([1, 0.02, 1, 5, 100, 0.5]);
});

test("names in the usage are text", async () => {
  const usage = {
    ...EMPTY,
    ...PERIOD,
    total: SOME,
    days: [{ day: "2026-11-28", ...SOME }],
    documents: [{ document_id: ID, file_name: HOSTILE, ...SOME }],
    users: [{ subject: HOSTILE, ...SOME }],
    capabilities: [HOSTILE, "constructor"].map((capability) => ({ capability, ...SOME })),
    interventions: [{ type: HOSTILE, count: 1 }],
    failures: [{ error: HOSTILE, count: 1 }],
    budget: { month: "2026-11", used_usd: 41, limit_usd: 50 },
  };
  const { container } = show(<UsagePage />, { "/usage": usage });
  expect(await screen.findByText("More than 80 % of the budget is used.")).toBeTruthy();
  expectHarmless(container);
});

test("without any use the page says what to do", async () => {
  show(<UsagePage />, { "/usage": { ...EMPTY, ...PERIOD, total: NOTHING } });
  expect(await screen.findByText(/Upload a document or ask a question/)).toBeTruthy();
});
