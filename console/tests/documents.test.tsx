import { render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import type { Api, Schemas } from "../src/api/client";
import { DeploymentContext, type Deployment } from "../src/shell/deployment";
import { DocumentName } from "../src/views/documents/DocumentName";
import { DocumentStatus } from "../src/views/documents/DocumentStatus";
import { ReadersPreview } from "../src/views/documents/ReadersPreview";
import { Uploads } from "../src/views/documents/uploads";

const deployment = {
  session: { user: { name: "mary@example.com", groups: [], subject: "1" } },
  views: [],
} as unknown as Deployment;

function document(changes: Partial<Schemas["Document"]>): Schemas["Document"] {
  const counts = { page_count: 3, picture_count: 2, gap_count: 0 };
  const times = { updated_at: "2026-11-29T08:00:00Z" };
  return { document_id: "0".repeat(32), file_name: "a.pdf", status: "INGESTED", owned: true, ...counts, ...times, ...changes };
}

function show(element: React.ReactElement) {
  return render(
    <MemoryRouter>
      <DeploymentContext value={deployment}>{element}</DeploymentContext>
    </MemoryRouter>,
  );
}

test("a document that is being removed is not called removed, and tells since when", () => {
  show(<DocumentStatus document={document({ status: "REMOVING", removing_since: "2026-11-29T08:00:00Z" })} />);
  expect(screen.getByText("Being removed")).toBeTruthy();
  expect(screen.getByText(/^since /)).toBeTruthy();
});

test("a row with a status that is not known is still a row", () => {
  show(<DocumentStatus document={document({ status: "LOST" as Schemas["Status"], updated_at: "never" })} />);
  expect(screen.getByText("LOST")).toBeTruthy();
});

test("a name is a link only where there is a view of one document", () => {
  show(<DocumentName document={document({ file_name: "<b>#1 100%.pdf" })} />);
  expect(screen.getByText("<b>#1 100%.pdf").closest("a")).toBeNull();
});

test("the preview lets a deny win", () => {
  const denied = { users: ["otto@example.com"], groups: ["guests"] };
  show(<ReadersPreview readers={{ users: ["erika@example.com", "otto@example.com"], groups: ["lab", "guests"], denied }} />);
  const lines = screen.getAllByRole("listitem").map((line) => line.textContent);
  expect(lines).toEqual([
    "You, its owner.",
    "These users: erika@example.com.",
    "Every member of: lab.",
    "Never these users: otto@example.com.",
    "Never a member of: guests.",
  ]);
});

test("an owner who denies herself is told", () => {
  show(<ReadersPreview readers={{ denied: { users: ["Mary@example.com"] } }} />);
  expect(screen.queryByText("You, its owner.")).toBeNull();
});

test("an upload that is refused can be tried again, and the others go on", async () => {
  const refused = { error: { detail: "The name is too long." }, response: { status: 400 } };
  const api = { POST: async () => refused } as unknown as Api;
  const uploads = new Uploads(api, {});
  const file = { name: "a.pdf", size: 3, arrayBuffer: async () => new ArrayBuffer(3) } as File;
  uploads.add([file, file, file, file]);
  await expect.poll(() => uploads.all().map((each) => each.state)).toEqual(Array(4).fill("failed"));
  expect((uploads.all()[0]!.error as Error).message).toBe("The name is too long.");
  uploads.retry(uploads.all()[0]!.id);
  await expect.poll(() => uploads.all()[0]!.state).toBe("failed");
  uploads.clear();
  expect(uploads.all()).toEqual([]);
});
