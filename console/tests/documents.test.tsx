import { render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test, vi } from "vitest";
import { type Api, ApiError, type Schemas } from "../src/api/client";
import { DeploymentContext, type Deployment } from "../src/shell/deployment";
import { DocumentName } from "../src/views/documents/DocumentName";
import { DocumentStatus } from "../src/views/documents/DocumentStatus";
import { ReadersPreview } from "../src/views/documents/ReadersPreview";
import { PART_BYTES, uploadParts } from "../src/views/documents/part_uploads";
import { progressOf } from "../src/views/documents/progress";
import { Uploads } from "../src/views/documents/uploads";

const deployment = {
  session: { user: { name: "mary@example.com", groups: [], subject: "1" } },
  views: [],
} as unknown as Deployment;

function document(changes: Partial<Schemas["Document"]>): Schemas["Document"] {
  const counts = { page_count: 3, picture_count: 2, gap_count: 0, unread_pages: [] };
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

test("a document that is searchable tells since when", () => {
  show(<DocumentStatus document={document({ searchable_since: "2026-11-29T08:00:00Z" })} />);
  expect(screen.getByText("Searchable")).toBeTruthy();
  expect(screen.getByText(/^since Nov 29, 2026/)).toBeTruthy();
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

afterEach(() => vi.unstubAllGlobals());

test("what takes three times as long as usual is stuck", () => {
  const ingesting = document({ status: "INGESTING", updated_at: "2026-11-29T08:00:00Z", usual_seconds: 60 });
  const at = (time: string) => progressOf(ingesting, Date.parse(`2026-11-29T${time}Z`))?.stuck;
  expect([at("08:01:00"), at("08:03:00"), at("08:03:01")]).toEqual([false, false, true]);
  expect(progressOf(document({}))).toBeUndefined();
  show(<DocumentStatus document={ingesting} />);
  expect(screen.getByText("Stuck: being read")).toBeTruthy();
  expect(screen.getByText(/, usually 1 min$/)).toBeTruthy();
});

/** An S3 that loses the connection at the second part, once. */
function losingConnection(puts: string[]) {
  class Request {
    status = 200;
    upload: { onprogress?: (event: { loaded: number }) => void } = {};
    onload = () => {};
    onerror = () => {};
    #address = "";
    open = (_: string, address: string) => (this.#address = address);
    setRequestHeader = () => {};
    send = () => {
      puts.push(this.#address);
      this.upload.onprogress?.({ loaded: 10 });
      const lost = this.#address === "/files/source/2" && puts.filter((each) => each === this.#address).length === 1;
      setTimeout(lost ? this.onerror : this.onload);
    };
  }
  vi.stubGlobal("XMLHttpRequest", Request);
}

test("a large file goes on with the missing part after the connection was lost, and after the page was closed", async () => {
  const puts: string[] = [];
  losingConnection(puts);
  const asked: any[] = [];
  const part = (number: number) => ({ number, url: `https://source.example/${number}` });
  const post = async (path: string, { body }: any) => {
    asked.push([path, body.upload_id]);
    const parts = puts.includes("/files/source/1") ? [part(2)] : [part(1), part(2)];
    return { data: { document_id: "d", upload_id: "u", parts }, response: { status: 201 } };
  };
  const stored = new Map<string, string>();
  const storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => stored.set(name, value),
    removeItem: (name: string) => stored.delete(name),
  } as unknown as Storage;
  const slice = (from: number, to: number) => ({ size: Math.min(to, PART_BYTES + 100) - from, arrayBuffer: async () => new ArrayBuffer(1) });
  const file = { name: "a.pdf", size: PART_BYTES + 100, lastModified: 1, slice } as unknown as File;
  const sent: number[] = [];
  const kept: number[] = [];
  const id = await uploadParts({
    api: { POST: post } as unknown as Api,
    files: { "/files/source/": "https://source.example/" },
    file,
    signal: new AbortController().signal,
    progress: (bytes) => sent.push(bytes),
    storage,
    wait: async () => kept.push(stored.size),
  });
  expect(id).toBe("d");
  expect(puts).toEqual(["/files/source/1", "/files/source/2", "/files/source/2"]);
  expect(asked).toEqual([["/documents/uploads", undefined], ["/documents/uploads", "u"], ["/documents/uploads/complete", "u"]]);
  expect(sent).toEqual([0, 10, PART_BYTES, PART_BYTES + 10, PART_BYTES, PART_BYTES + 10, PART_BYTES + 100]);
  expect([kept, stored.size]).toEqual([[1], 0]);
});

test("a part that is refused for good is not sent again", async () => {
  const refused = { error: { detail: "The name is too long." }, response: { status: 400 } };
  const file = { name: "a.pdf", size: 1, lastModified: 1, slice: () => new Blob(["a"]) } as unknown as File;
  const api = { POST: async () => refused } as unknown as Api;
  const parts = { api, files: {}, file, signal: new AbortController().signal, progress: () => {} };
  await expect(uploadParts({ ...parts, wait: () => Promise.reject(new Error("waits")) })).rejects.toThrow(ApiError);
});
