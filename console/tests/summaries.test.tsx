import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
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
