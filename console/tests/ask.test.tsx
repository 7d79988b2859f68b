import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Schemas } from "../src/api/client";
import { Beginning } from "../src/views/ask/Beginning";
import { ConversationList } from "../src/views/ask/ConversationList";
import { SupportWords } from "../src/views/ask/SupportWords";
import { TurnView } from "../src/views/ask/TurnView";
import { expectHarmless, HOSTILE, ID, show } from "./support";

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
  expectHarmless(container);
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
  await expect.poll(() => calls.filter(({ method }) => method === "PUT").map(({ options }) => options)).toEqual([
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
  expect(calls.find(({ method }) => method === "DELETE")?.options).toEqual({ params: { path: { conversation_id: ID } } });
  expect(container.querySelectorAll("img, script")).toHaveLength(0);
});

test("a conversation gets the title that is typed", async () => {
  const times = { started_at: "2026-11-29T08:00:00Z", updated_at: "2026-11-29T08:00:00Z" };
  const conversations = [{ conversation_id: ID, title: "How deep is it?", ...times }];
  const { calls } = show(<ConversationList shown={ID} onShow={() => {}} changes={0} />, { "/conversations": { conversations } });
  fireEvent.click(await screen.findByLabelText("Rename How deep is it?"));
  fireEvent.change(screen.getByLabelText("Title"), { target: { value: " Harbour " } });
  fireEvent.click(screen.getByText("Save"));
  await expect.poll(() => calls.find(({ method }) => method === "PATCH")?.options).toEqual({
    params: { path: { conversation_id: ID } },
    body: { title: "Harbour" },
  });
});

test("an empty library tells what to do next, and a question that can be asked then", async () => {
  let chosen = "";
  show(<Beginning onChoose={(question) => (chosen = question)} />, { "/documents": { documents: [] } });
  expect(await screen.findByText("There are no documents to answer from yet")).toBeTruthy();
  fireEvent.click(screen.getByText("Which limits and deadlines apply?"));
  expect(chosen).toBe("Which limits and deadlines apply?");
});
