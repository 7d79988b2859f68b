import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import type { Api, Schemas } from "../src/api/client";
import { DeploymentContext, type Deployment } from "../src/shell/deployment";
import { ConversationList } from "../src/views/ask/ConversationList";
import { SupportWords } from "../src/views/ask/SupportWords";
import { TurnView } from "../src/views/ask/TurnView";

const corpus = join(process.env["DOCENT_CORPUS"] ?? "/nowhere", "console/minimaxir__big-list-of-naughty-strings__blns.json");
const naughty: string[] = existsSync(corpus) ? JSON.parse(readFileSync(corpus, "utf8")) : [];
const HOSTILE = [
  '<img src=x onerror="alert(1)">',
  "<script>alert(1)</script> ![a](https://evil.example/a.png) [a](javascript:alert(1))",
  "\u202egnp.exe",
  ...naughty,
].join("\n");

const ID = "0".repeat(32);

function show(element: React.ReactElement, replies: Record<string, unknown> = {}) {
  const calls: unknown[] = [];
  const call = async (path: string, options: unknown) => {
    calls.push([path, options]);
    return { data: replies[path], response: { status: 200 } };
  };
  const api = { GET: call, PUT: call, DELETE: call } as unknown as Api;
  const deployment = {
    api,
    config: { files: { "/files/derived/": "https://derived.example/" } },
    session: { user: { name: "mary@example.com", groups: [], subject: "1" } },
    views: [{ path: "documents/:documentId" }],
  } as unknown as Deployment;
  const { container } = render(
    <MemoryRouter>
      <DeploymentContext value={deployment}>{element}</DeploymentContext>
    </MemoryRouter>,
  );
  return { container, calls };
}

const CITATION: Schemas["Citation"] = {
  document_id: ID,
  file_name: HOSTILE,
  page: 3,
  excerpt: HOSTILE,
  picture_url: "https://derived.example/documents/1/images/0a.png?X-Amz-Signature=b",
};
const TURN = "/conversations/{conversation_id}/turns/{turn_id}";

test("nothing that a model, a document or a user wrote runs, loads or leads out", async () => {
  const support = { level: "thin", reasons: ["some_withheld"] };
  const why = {
    passages: [{ document_id: ID, file_name: HOSTILE, confidence: "low", excerpt: HOSTILE, page: 1 }],
    withheld: [{ reason: "unsupported", text: HOSTILE }, { reason: "refused" }],
  };
  const turn = { turn_id: ID, question: HOSTILE, asked_at: "2026-11-29T08:00:00Z", withheld: false };
  const { container } = show(
    <TurnView conversationId={ID} turn={{ ...turn, answer: `${HOSTILE} [1]`, citations: [CITATION] }} onStale={() => {}} />,
    { [TURN]: { status: "DONE", support, why, note: HOSTILE } },
  );
  fireEvent.click(await screen.findByText("Why this answer"));
  expect(container.querySelectorAll("script, iframe, object, embed, style, link, form")).toHaveLength(0);
  for (const link of container.querySelectorAll("a")) expect(link.getAttribute("href")).toMatch(/^\/(?![/\\])/);
  for (const image of container.querySelectorAll("img")) expect(image.getAttribute("src")).toMatch(/^\/files\/derived\//);
  for (const element of container.querySelectorAll("*")) {
    for (const { name } of element.attributes) expect(name).not.toMatch(/^on/);
  }
  expect(container.textContent).not.toContain("\u202e");
});

test("the mark in a sentence leads to the page and the image of the document", () => {
  const turn = { turn_id: ID, question: "?", asked_at: "2026-11-29T08:00:00Z", withheld: false };
  show(<TurnView conversationId={ID} turn={{ ...turn, answer: "It needs 3 kW. [1]", citations: [CITATION] }} onStale={() => {}} />);
  expect(screen.getByText("1").getAttribute("href")).toBe(`/documents/${ID}?page=3&image=0a`);
});

test("support stands in words before the answer, and thin support says what is missing", () => {
  show(<SupportWords support={{ level: "thin", reasons: ["some_withheld", "weak_passages"] }} />);
  expect(screen.getByText("The documents support this answer only in part")).toBeTruthy();
  expect(screen.getByText("Some sentences did not pass the checks and were left out.")).toBeTruthy();
});

test("an answer whose documents can no longer be read is not shown", () => {
  const turn = { turn_id: ID, question: "Which?", asked_at: "2026-11-29T08:00:00Z", withheld: true };
  show(<TurnView conversationId={ID} turn={turn} onStale={() => {}} />);
  expect(screen.getByText(/can no longer read a document/)).toBeTruthy();
});

test("feedback is sent with its comment", async () => {
  const turn = { turn_id: ID, question: "?", asked_at: "2026-11-29T08:00:00Z", withheld: false };
  const { calls } = show(<TurnView conversationId={ID} turn={{ ...turn, answer: "No. [1]" }} onStale={() => {}} />);
  fireEvent.click(screen.getByLabelText("Not helpful"));
  fireEvent.change(await screen.findByLabelText("What was wrong? (optional)"), { target: { value: "Last year's limit" } });
  fireEvent.click(screen.getByText("Send comment"));
  const path = { conversation_id: ID, turn_id: ID };
  await expect.poll(() => calls.filter(([route]: any) => route.endsWith("feedback")).map(([, sent]: any) => sent)).toEqual([
    { params: { path }, body: { helpful: false } },
    { params: { path }, body: { helpful: false, comment: "Last year's limit" } },
  ]);
});

test("a conversation is deleted after a question, and its title is text", async () => {
  const times = { started_at: "2026-11-29T08:00:00Z", updated_at: "2026-11-29T08:00:00Z" };
  const conversations = [{ conversation_id: ID, title: HOSTILE, ...times }];
  let shown = ID;
  const list = <ConversationList shown={ID} onShow={(id) => (shown = id)} changes={0} />;
  const { container, calls } = show(list, { "/conversations": { conversations } });
  fireEvent.click(await screen.findByLabelText(/^Delete <img/));
  fireEvent.click(screen.getByText("Delete"));
  await expect.poll(() => shown).toBe("");
  expect(calls).toContainEqual(["/conversations/{conversation_id}", { params: { path: { conversation_id: ID } } }]);
  expect(container.querySelectorAll("img, script")).toHaveLength(0);
});
