import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Config } from "../src/config";
import { firstFailed } from "../src/views/operations/choosing";
import OperationsPage from "../src/views/operations/OperationsPage";
import { secondsBetween, spanIn } from "../src/views/operations/spans";
import { deployedViews } from "../src/views/registry";
import { expectHarmless, HOSTILE, ID, show } from "./support";

const NONE = { RUNNING: 0, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 };
const OPERATIONS = {
  workflows: [
    { workflow: "ingest_document", counts: { ...NONE, SUCCEEDED: 1200, FAILED: 2 } },
    { workflow: "remove_document", counts: NONE },
  ],
  alarms: [
    { name: "BudgetAlarm", description: "Quiet.", state: "OK", since: "2026-11-29T08:00:00Z" },
    { name: "IngestFailuresAlarm", description: HOSTILE, state: "ALARM", since: "2026-11-29T08:00:00Z" },
  ],
  queues: [{ name: "UndeliveredEvents", depth: 3, oldest_seconds: 7300, replayed: true }],
};
const FAILED = {
  workflow: "ingest_document",
  name: "e1",
  status: "FAILED",
  subject: { kind: "document", id: ID, name: "pump.pdf" },
  redrives: 1,
  can_be_redriven: true,
  started_at: "2026-11-29T08:00:00Z",
  ended_at: "2026-11-29T08:03:30Z",
  error: { name: "EncryptedPdfError", message: "It needs a password. Upload it without one." },
};
const REPLIES = { "/operations": OPERATIONS, "/operations/executions": { executions: [FAILED] } };
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

test("only operators have the view", () => {
  const config = { capabilities: ["documents", "operations"], operatorsGroup: "operators" } as Config;
  const paths = (...groups: string[]) => deployedViews(config, groups).map((view) => view.path);
  expect(paths("energy")).not.toContain("operations");
  expect(paths("energy", "operators")).toContain("operations");
  expect(paths("energy")).toContain("documents");
});

test("what failed is shown first, with its reason, and is redriven", async () => {
  const { calls } = show(<OperationsPage />, { ...REPLIES, "POST /operations/redrive": {} });
  expect(await screen.findByText("It needs a password. Upload it without one.")).toBeTruthy();
  expect(screen.getByText("3 min")).toBeTruthy();
  press("Redrive: pump.pdf");
  await waitFor(() => expect(calls.find(({ method }) => method === "POST")?.options.body).toEqual({ workflow: "ingest_document", name: "e1" }));
});

test("a document is ingested again, and undelivered events are replayed", async () => {
  const replies = { ...REPLIES, "POST /operations/reingest": {}, "POST /operations/replay": { count: 3, more: false } };
  const { calls } = show(<OperationsPage />, replies);
  await screen.findByText("EncryptedPdfError");
  press("Ingest again: pump.pdf");
  press("Replay");
  await waitFor(() => expect(calls.filter(({ method }) => method === "POST").map(({ path }) => path)).toHaveLength(2));
  expect(calls.find(({ path }) => path === "/operations/reingest")?.options.body).toEqual({ document_id: ID });
});

test("a number leads to its executions, and the address chooses them", async () => {
  const { calls } = show(<OperationsPage />, REPLIES, "/", "/?workflow=ingest_document&status=SUCCEEDED");
  const link = await screen.findByRole("link", { name: "1,200 of Ingest documents: Succeeded" });
  expect(link.getAttribute("href")).toBe("/?workflow=ingest_document&status=SUCCEEDED");
  expect(link.getAttribute("aria-current")).toBe("true");
  await waitFor(() => expect(calls.some(({ path }) => path === "/operations/executions")).toBe(true));
  expect(calls.find(({ path }) => path === "/operations/executions")?.options.params.query.status).toBe("SUCCEEDED");
});

test("names, reasons and descriptions are text", async () => {
  const hostile = { ...FAILED, name: HOSTILE, subject: { kind: HOSTILE, id: HOSTILE, name: HOSTILE }, error: { name: HOSTILE, message: HOSTILE } };
  const { container } = show(<OperationsPage />, { "/operations": OPERATIONS, "/operations/executions": { executions: [hostile] } });
  await screen.findAllByText(/One alarm has gone off/);
  await waitFor(() => expect(container.querySelectorAll("table").length).toBeGreaterThan(2));
  expectHarmless(container);
});

test("where nothing failed, the page says so and asks for no executions", async () => {
  const fine = { ...OPERATIONS, workflows: [{ workflow: "ingest_document", counts: { ...NONE, SUCCEEDED: 3 } }] };
  const { calls } = show(<OperationsPage />, { "/operations": fine });
  expect(await screen.findByText(/Nothing has failed/)).toBeTruthy();
  expect(calls.map(({ path }) => path)).toEqual(["/operations"]);
});

test("a refusal is shown in its own words", async () => {
  show(<OperationsPage />, { "/operations": new Error("Only members of the group operators can do this.") });
  expect(await screen.findByText(/Only members of the group operators/)).toBeTruthy();
});

test("times are shown in their largest unit", () => {
  expect([5, 65, 7300, 200_000].map((each) => spanIn("en", each))).toEqual(["5 sec", "1 min", "2 hr", "2 days"]);
  expect(secondsBetween("2026-11-29T08:00:00Z", undefined, Date.parse("2026-11-29T08:01:00Z"))).toBe(60);
  expect(secondsBetween("never", undefined, 0)).toBe(0);
  expect(firstFailed([{ workflow: "a", counts: { ...NONE, ABORTED: 1 } }, { workflow: "b", counts: { ...NONE, FAILED: 1 } }])?.workflow).toBe("b");
});
