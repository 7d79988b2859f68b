import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import SummariesPage from "../src/views/summaries/SummariesPage";
import JobPage from "../src/views/summary/JobPage";
import { OneSummary } from "../src/views/summary/SummaryList";
import { statementsOf, summariesIn } from "../src/views/summary/summary_lines";
import { expectHarmless, HOSTILE, ID, show } from "./support";

const JOB = {
  job_id: ID,
  name: HOSTILE,
  source: "s3://b/transcripts/a",
  generation: "1",
  created_at: "2026-11-29T08:00:00Z",
  updated_at: "2026-11-29T08:00:00Z",
};

afterEach(() => vi.unstubAllGlobals());

test("a line that was cut off is left out, and the others stay", () => {
  expect(summariesIn('{"source":"a.txt","outcome":"clean"}\n{"source":"b.txt","outc\n\n[1]\n')).toEqual([
    { source: "a.txt", outcome: "clean" },
  ]);
});

test("an insight is a word, a sentence with its turns, or a list of members", () => {
  expect(statementsOf("yes")).toEqual([{ text: "yes", turns: [] }]);
  expect(statementsOf([{ text: "It is down.", turns: [2, 3] }])).toEqual([{ text: "It is down.", turns: [2, 3] }]);
  expect(statementsOf({ text: "Send a router", due: "Friday", turns: [5] })).toEqual([
    { text: "Send a router – due: Friday", turns: [5] },
  ]);
  expect(statementsOf(null)).toEqual([]);
});

test("nothing that a call or a model said runs or leads out", () => {
  const summary = {
    source: HOSTILE,
    outcome: HOSTILE,
    reason: HOSTILE,
    insights: { [HOSTILE]: [{ text: HOSTILE, turns: [1] }] },
    unsupported: [{ insight: HOSTILE, text: HOSTILE, why: HOSTILE }],
  };
  const { container } = show(<OneSummary of={summary} />);
  expect(screen.getByText("Not said in the call")).toBeTruthy();
  expectHarmless(container);
});

test("a job shows the counts of the batch job with their age, and its message", async () => {
  const batch = { name: "b", status: "InProgress", at: JOB.updated_at, totalRecordCount: 200, processedRecordCount: 50, message: HOSTILE };
  const replies = { "/summaries/{job_id}": { ...JOB, status: "SUMMARIZING", batch } };
  const { container } = show(<JobPage />, replies, "/summaries/:jobId", `/summaries/${ID}`);
  expect(await screen.findByText(/InProgress: 50 of 200 records, as Bedrock told at/)).toBeTruthy();
  expectHarmless(container);
});

test("names of jobs are text, and an empty list says what to do next", async () => {
  const { container } = show(<SummariesPage />, { "/summaries": { jobs: [{ ...JOB, status: "FAILED" }] } });
  expect(await screen.findByText("Failed")).toBeTruthy();
  expectHarmless(container);
  show(<SummariesPage />, { "/summaries": { jobs: [] } });
  expect(await screen.findByText("docent summarize FOLDER")).toBeTruthy();
});

test("a statement leads to its turn in the transcript", async () => {
  const line = { source: "a.txt", record_id: "abc", outcome: "clean", insights: { summary: [{ text: "It broke.", turns: [2] }] } };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(line)));
  const replies = {
    "/summaries/{job_id}": { ...JOB, status: "COMPLETED", links: { summaries: "https://derived.example/s", report_page: "" } },
    "/summaries/{job_id}/transcripts/{record_id}": {
      record_id: "abc",
      source: "a.txt",
      url: "https://source.example/a.txt",
      turns: [
        { number: 1, speaker: "agent", text: "How can I help?" },
        { number: 2, speaker: HOSTILE, text: HOSTILE },
      ],
    },
  };
  const { container } = show(<JobPage />, replies, "/summaries/:jobId", `/summaries/${ID}?source=a.txt&transcript=shown`);
  expect(await screen.findByText("How can I help?")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "turn 2" }));
  const [turn] = container.querySelectorAll("[data-turn='2']");
  expect(document.activeElement).toBe(turn);
  expectHarmless(turn!);
});
