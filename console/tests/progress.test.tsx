import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Schemas } from "../src/api/client";
import { Progress } from "../src/views/document/Progress";
import { HOSTILE, expectHarmless, ID, show } from "./support";

const ERROR = { name: "ThrottledError", message: `The model was busy. ${HOSTILE}` };
const STATE = { name: "CaptionImages", status: "RUNNING", started_at: "2020-01-01T08:00:00Z", attempts: 4, input: {}, output: {} };
const TRACE = { "GET /documents/{document_id}/trace": { execution: { states: [{ ...STATE, error: ERROR }] } } };
const READERS = { users: ["mary@example.com"] };

function document(changes: Partial<Schemas["DocumentDetails"]>): Schemas["DocumentDetails"] {
  const counts = { page_count: 0, picture_count: 0, gap_count: 0, unread_pages: [], input_tokens: 0, output_tokens: 0, cost_usd: 0 };
  const own = { document_id: ID, file_name: "a.pdf", owned: true, readers: READERS, gaps: [], pictures: [], states: [] };
  return { status: "INGESTING", updated_at: "2020-01-01T08:00:00Z", usual_seconds: 60, ...counts, ...own, ...changes };
}

test("what is stuck tells its cause, and its owner starts it again", async () => {
  let changed = 0;
  const { container, calls } = show(<Progress document={document({})} onChanged={() => (changed += 1)} />, TRACE);
  expect(await screen.findByText(/^Stuck: nothing has changed since Jan 1, 2020/)).toBeTruthy();
  expect(await screen.findByText(/The model was busy/)).toBeTruthy();
  expect(screen.getByText(/the images are read and masked.*at attempt 4/)).toBeTruthy();
  expectHarmless(container);
  fireEvent.click(screen.getByText("Read it again"));
  await expect.poll(() => changed).toBe(1);
  expect(calls.find(({ method }) => method === "PUT")).toMatchObject({
    path: "/documents/{document_id}/readers",
    options: { params: { path: { document_id: ID } }, body: READERS },
  });
});

test("a removal that is stuck is removed again", async () => {
  const { calls } = show(<Progress document={document({ status: "REMOVING" })} onChanged={() => {}} />, TRACE);
  fireEvent.click(await screen.findByText("Remove it again"));
  await expect.poll(() => calls.some(({ method }) => method === "DELETE")).toBe(true);
});

test("who may only read a stuck document is told who can start it again", async () => {
  show(<Progress document={document({ owned: false })} onChanged={() => {}} />, { "/documents/{document_id}/trace": new Error("no") });
  expect(await screen.findByText(/Its owner, or an operator, can start this again/)).toBeTruthy();
  expect(screen.queryByText("Read it again")).toBeNull();
});

test("what is under way tells what happens now", async () => {
  const states = [
    { state: "ClaimDocument", entered_at: "2026-11-29T08:00:00Z", left_at: "2026-11-29T08:00:01Z" },
    { state: "ExtractImages", entered_at: "2026-11-29T08:00:01Z" },
  ];
  show(<Progress document={document({ states, updated_at: new Date().toISOString() })} onChanged={() => {}} />);
  expect(screen.getByText(/^Now: the images are looked for, since /)).toBeTruthy();
});
