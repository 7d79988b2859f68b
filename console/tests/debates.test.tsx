import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { progressOf } from "../src/views/debate/CaseTable";
import { Accuracy } from "../src/views/debate/Report";
import RunPage from "../src/views/debate/RunPage";
import CasePage from "../src/views/debate_case/CasePage";
import { piecesOf, spanAt, spansOf } from "../src/views/debate_case/pieces";
import DebatesPage from "../src/views/debates/DebatesPage";
import { expectHarmless, HOSTILE, ID, show } from "./support";

const RUN = {
  run_id: ID,
  name: HOSTILE,
  source: "s3://b/debates/a.jsonl",
  generation: "1",
  created_at: "2026-11-29T08:00:00Z",
  updated_at: "2026-11-29T08:00:00Z",
};
const PLAN = { techniques: ["naive", "debate"], rounds: 3, turns: false, votes: 3, temperature: 0.7, debater_a: "m", debater_b: "n", judge: "o" };
const quote = (text: string, likeness: "exact" | "near" | "not_found", ...places: [number, number][]) => ({ text, likeness, places });

test("an argument's quotes get their places, in the order of the text", () => {
  const [one, two] = [quote("it lost", "exact", [0, 7]), quote("a lot", "near", [9, 14])];
  expect(piecesOf("Look: <v_quote>it lost</v_quote> and <u_quote>a lot</u_quote>.", [one, two])).toEqual([
    { text: "Look: " },
    { text: "it lost", quote: one },
    { text: " and " },
    { text: "a lot", quote: two },
    { text: "." },
  ]);
});

test("places count characters, and quotes that overlap share a mark", () => {
  const spans = spansOf("🏰 one two three", [[2, 5], [4, 9]]);
  expect(spans).toEqual([{ text: "🏰 " }, { text: "one two", place: 2 }, { text: " three" }]);
  expect([spanAt(spans, 2), spanAt(spans, 4)]).toEqual([2, 2]);
});

test("a technique is judged when all its units are", () => {
  const unit = (name: string, judged: boolean) => ({ name, rounds: 2, votes: 3, judged });
  const units = [unit("debate-AB", true), unit("naive", true)];
  const of = { number: 1, id: "c", question: "", answer_a: "", answer_b: "", error_types: [], units };
  expect(progressOf(of, "debate")).toEqual({ rounds: 2, votes: 3, judged: false });
  expect(progressOf(of, "naive").judged).toBe(true);
});

test("a click on a verified quote shows its place in the document", async () => {
  const jumped = vi.fn();
  Element.prototype.scrollIntoView = jumped;
  const said = [
    { side: "A", round: 1, text: "It says <v_quote>lost $10.6 billion</v_quote>, <u_quote>really</u_quote>.", was_cut: true, model_id: HOSTILE,
      quotes: [quote("lost $10.6 billion", "exact", [3, 21]), quote("really", "not_found")] },
  ];
  const votes = [{ first: "A", side: "A", reason: null, after: 3, reasoning: HOSTILE, model_id: "o" }];
  const reply = {
    number: 1, id: HOSTILE, question: "Which?", answer_a: HOSTILE, answer_b: "B", error_types: [], label: "A",
    document: "GM lost $10.6 billion in 2005.",
    techniques: [{ technique: "debate", units: [{ name: "debate-AB", speakers: [{ side: "A", model_id: HOSTILE }], said, votes }],
      verdict: { side: "A", votes: { A: 6, B: 0, none: 0 } } }],
  };
  const { container } = show(<CasePage />, { "/debates/{run_id}/cases/{number}": reply }, "/debates/:runId/cases/:number", `/debates/${ID}/cases/1`);
  const button = await screen.findByRole("button", { name: /lost \$10\.6 billion/ });
  fireEvent.click(button);
  expect(jumped).toHaveBeenCalled();
  expect(document.activeElement?.textContent).toBe("lost $10.6 billion");
  expect(screen.getByText(/That is right/)).toBeTruthy();
  expect(screen.getByTitle("Not in the document word for word")).toBeTruthy();
  expectHarmless(container);
});

test("a run at work shows the round that each case is in, and can be stopped", async () => {
  const units = [{ name: "debate-AB", rounds: 2, votes: 0, judged: false }];
  const cases = [{ number: 1, id: HOSTILE, question: "", answer_a: "", answer_b: "", error_types: [], units }];
  const replies = {
    "/debates/{run_id}": { ...RUN, status: "DEBATING", plan: PLAN, cases: 1, refused: 2 },
    "/debates/{run_id}/cases": { cases },
  };
  const { container, calls } = show(<RunPage />, replies, "/debates/:runId", `/debates/${ID}`);
  expect(await screen.findByText("Round 2 of 3")).toBeTruthy();
  expect(screen.getByText("1, and 2 lines left out")).toBeTruthy();
  fireEvent.click(screen.getByText("Stop"));
  expect(calls.some(({ method, path }) => method === "POST" && path === "/debates/{run_id}/stop")).toBe(true);
  expectHarmless(container);
});

test("few cases make no winner, and each accuracy has its interval", () => {
  const share = { part: 7, of: 10, share: 0.7, low: 0.4, high: 0.89 };
  const could_explain = { first_won: share, longer_won: share, own_family_won: share };
  const measures = { technique: "debate" as const, cases: 10, accuracy: share, accuracy_of_decided: share, consistency: { flipped: share }, could_explain };
  show(<Accuracy of={{ techniques: [measures], compared: [], changed: { compared: 10, changed: 1 } }} />);
  expect(screen.getByRole("img", { name: /70%, 40% – 89%/ })).toBeTruthy();
  expect(screen.getByText(/no winner is drawn/)).toBeTruthy();
  expect(screen.getByText(/1 of 10 verdicts differ/)).toBeTruthy();
});

test("names of runs are text, and an empty list says what to do next", async () => {
  const { container } = show(<DebatesPage />, { "/debates": { runs: [{ ...RUN, status: "FAILED" }] } });
  expect(await screen.findByText("Failed")).toBeTruthy();
  expectHarmless(container);
  show(<DebatesPage />, { "/debates": { runs: [] } });
  expect(await screen.findByText("docent debate run CASES.jsonl")).toBeTruthy();
});
