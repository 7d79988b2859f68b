import { fireEvent, screen, within } from "@testing-library/react";
import { webcrypto } from "node:crypto";
import { expect, test, vi } from "vitest";
import type { Schemas } from "../src/api/client";
import { connected } from "../src/lineage/lineage";
import { LineagePanel } from "../src/lineage/LineagePanel";
import { messages } from "../src/lineage/messages";
import { ofDocument } from "../src/lineage/ofDocument";
import { ofProduct } from "../src/lineage/ofProduct";
import AuditPage from "../src/views/audit/AuditPage";
import { type Entry, firstProblem, linesOf } from "../src/views/audit/chain";
import ProductPage from "../src/views/product/ProductPage";
import { expectHarmless, HOSTILE, ID, show } from "./support";

vi.mock("../src/lineage/LineageGraph", () => ({ default: () => null }));
vi.stubGlobal("crypto", webcrypto);

const AT = "2026-11-29T08:00:00Z";
const [PLATE, STAMP, OLD] = ["1".repeat(64), "2".repeat(64), "3".repeat(64)];
const DOCUMENT: Schemas["DocumentLineage"] = {
  document_id: ID,
  file_name: HOSTILE,
  status: "INGESTED",
  generation: "1",
  searchable_since: AT,
  page_count: 3,
  image_count: 2,
  captioned_count: 1,
  images: [
    { picture_id: PLATE, pages: [2], outcome: "masked", entries: 1 },
    { picture_id: STAMP, pages: [3], outcome: "blocked", entries: 0 },
  ],
  text_entries: 14,
  entry_count: 15,
  answers: {
    own_count: 1,
    own: [{ conversation_id: ID, turn_id: ID, question: HOSTILE, asked_at: AT, cites: [{ document_id: ID, parts: [PLATE] }] }],
    count: 3,
    is_least: false,
    people: [{ user: HOSTILE, count: 2, last_at: AT, cites: [{ document_id: ID, parts: [OLD] }] }],
  },
};
const lineage = (changes: Partial<Schemas["DocumentLineage"]> = {}) => ofDocument({ ...DOCUMENT, ...changes }, messages.en, (iso) => iso);

test("an answer comes from the caption of the image that it cites, and not from other parts", () => {
  const found = connected(lineage(), `answer ${ID}`);
  expect([...found].sort()).toEqual([`answer ${ID}`, `caption ${PLATE}`, `document ${ID}`, `entries ${PLATE}`, `image ${PLATE}`].sort());
});

test("what is not in the index leads nowhere, and what cannot be found any more comes from the document", () => {
  const { nodes, edges } = lineage();
  expect(nodes.find(({ id }) => id === `caption ${STAMP}`)).toMatchObject({ ends: true });
  expect(edges.some(({ source }) => source === `caption ${STAMP}`)).toBe(false);
  expect(edges.filter(({ target }) => target.startsWith("person ")).map(({ source }) => source)).toEqual([`document ${ID}`]);
});

test("images beyond the first ones are counted", () => {
  const images = Array.from({ length: 60 }, (_, number) => ({ picture_id: `${number}`, pages: [1], outcome: "clean", entries: 1 }));
  const { nodes } = lineage({ images, image_count: 300, entry_count: 314 });
  expect(nodes.filter(({ kind }) => kind === "image").at(-1)!.title).toBe("292 more images");
  expect(nodes.find(({ id }) => id === "entries images")!.title).toBe("292 entries");
});

test("the list says what the graph shows, and a chosen entry what it is connected with", async () => {
  const { container } = show(<LineagePanel label="Lineage" lineage={lineage()} />);
  const answers = screen.getByRole("region", { name: "Answers to you" });
  expect(within(answers).getByText("from One entry")).toBeTruthy();
  const entry = within(answers).getByRole("button");
  fireEvent.click(entry);
  expect(entry.getAttribute("aria-pressed")).toBe("true");
  expect(screen.getByRole("status").textContent).toContain("connected with 4 others");
  expectHarmless(container);
});

test("a product leads to documents that can be read and to a number of others", () => {
  const quality = { documents: 3, searchable: 3, failed: 0, pages: 9, images: 2, gaps: 0 };
  const documents = [{ document_id: ID, file_name: "a.pdf", status: "INGESTED" as const, page_count: 3, image_count: 2, captioned_count: 1, answer_count: 1 }];
  const found = { product_id: "loans", name: "Loans", quality, documents, withheld_documents: 2, looked_at: 3, answers: DOCUMENT.answers };
  const { nodes, edges } = ofProduct(found, messages.en, (iso) => iso);
  expect(nodes.map(({ title }) => title)).toContain("2 that you may not read");
  expect(edges).toContainEqual({ source: `document ${ID}`, target: `answer ${ID}` });
});

const PRODUCT = {
  product_id: "loans", name: HOSTILE, description: HOSTILE, terms: [HOSTILE], classification: "personal_data", owner: HOSTILE, owner_left: true,
  department: HOSTILE, status: "published", created_at: AT, updated_at: AT, version: 3, granted: false, managed: true,
  quality: { documents: 2, searchable: 2, failed: 0, pages: 4, images: 1, gaps: 0, oldest_at: AT, newest_at: AT },
};
const REQUEST = {
  subscription_id: ID, product_id: "loans", product_name: HOSTILE, user: HOSTILE, requester: HOSTILE, purpose: HOSTILE, ends_at: 1_800_000_000,
  created_at: AT, updated_at: AT, needed: ["steward"], approvals: [{ role: "steward", user: "stella@example.com", at: AT }],
  policies: ["personal_data_needs_a_steward"], ends_soon: false,
};

test("a product shows who has what and why, and a failed request what to do", async () => {
  const failed = { ...REQUEST, status: "FAILED", error: { name: "MisconfiguredError", message: `${HOSTILE} Start it again.` } };
  const { container, calls } = show(
    <ProductPage />,
    {
      "/products/{product_id}": PRODUCT,
      "GET /subscriptions": { subscriptions: [failed] },
      "POST /subscriptions/{subscription_id}/restart": REQUEST,
    },
    "/products/:productId",
    "/products/loans",
  );
  expect(await screen.findByText("stella@example.com")).toBeTruthy();
  expect(screen.getByText("personal_data_needs_a_steward")).toBeTruthy();
  expect(screen.getByText(/Has left. Stewards decide/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: /^Start again:/ }));
  expect(calls.some(({ method, path }) => method === "POST" && path.endsWith("/restart"))).toBe(true);
  expectHarmless(container);
});

async function entries(count: number): Promise<Entry[]> {
  const made: Entry[] = [];
  let previous = "0".repeat(64);
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const told = JSON.stringify({ at: AT, event: "AccessGranted", by: "policy", product_id: "loans", number: sequence });
    const bytes = await webcrypto.subtle.digest("SHA-256", new TextEncoder().encode(`${sequence}\n${previous}\n${told}`));
    const digest = Buffer.from(bytes).toString("hex");
    made.push({ sequence, told, previous, digest });
    previous = digest;
  }
  return made;
}

test("a changed, a removed and a rewritten entry show, and a whole log does not", async () => {
  const log = await entries(3);
  const anchors = [{ day: "2026-11-29", sequence: 2, digest: log[1]!.digest }];
  expect(await firstProblem(log, anchors)).toBeUndefined();
  expect(await firstProblem(log.with(1, { ...log[1]!, told: "{}" }), anchors)).toBe(2);
  expect(await firstProblem([log[0]!, log[2]!], anchors)).toBe(2);
  expect(await firstProblem(log, [{ ...anchors[0]!, digest: "0".repeat(64) }])).toBe(2);
  expect(linesOf(log, anchors).split("\n")[0]).toBe(JSON.stringify({ anchors }));
});

test("the log of decisions says whether it is whole", async () => {
  const log = await entries(2);
  const { container } = show(<AuditPage />, { "/audit": { entries: log, anchors: [] } });
  expect(await screen.findByText(/The log is whole/)).toBeTruthy();
  expect(screen.getAllByText("Granted")).toHaveLength(2);
  expectHarmless(container);
});
