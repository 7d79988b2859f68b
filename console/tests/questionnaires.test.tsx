import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import QuestionnairePage from "../src/views/questionnaire/QuestionnairePage";
import { reviewKey } from "../src/views/questionnaire/review_keys";
import QuestionnairesPage from "../src/views/questionnaires/QuestionnairesPage";
import { expectHarmless, HOSTILE, ID, show } from "./support";

const TIMES = { created_at: "2026-11-29T08:00:00Z", updated_at: "2026-11-29T08:00:00Z" };
const QUESTIONNAIRE = { questionnaire_id: ID, file_name: HOSTILE, status: "ANSWERED", owned: true, question_count: 2, ...TIMES };
const ITEM = {
  number: 1,
  question: HOSTILE,
  section: HOSTILE,
  kind: "text",
  status: "answered",
  completion: `${HOSTILE} [1]`,
  confidence: "low",
  needs_review: true,
  review: "open",
  version: "7",
};
const DETAILS = {
  ...ITEM,
  citations: [{ document_id: ID, file_name: HOSTILE, excerpt: HOSTILE, page: 2 }],
  withheld_citations: 1,
  reasons: [HOSTILE],
  comments: [{ by: HOSTILE, at: TIMES.created_at, text: HOSTILE }],
  log: [{ at: TIMES.created_at, by: HOSTILE, changes: [{ field: "completion", before: HOSTILE, after: HOSTILE }] }],
};
const ONE = "/questionnaires/{questionnaire_id}";
const REPLIES = {
  [ONE]: { ...QUESTIONNAIRE, map: { sheet: HOSTILE }, use_documents: true, overwrite: false },
  [`${ONE}/items`]: { items: [ITEM, { ...ITEM, number: 2, question: "Second?" }] },
  [`${ONE}/items/{number}`]: DETAILS,
};
const open = (replies: Record<string, unknown> = REPLIES, query = "?item=1") =>
  show(<QuestionnairePage />, replies, "/questionnaires/:questionnaireId", `/questionnaires/${ID}${query}`);

test("nothing in a questionnaire's file, answers or comments runs or leads out", async () => {
  const { container } = open();
  await screen.findByText("Why somebody must look at it");
  expectHarmless(container);
});

test("nothing in the list does", async () => {
  const { container } = show(<QuestionnairesPage />, { "/questionnaires": { questionnaires: [QUESTIONNAIRE] } });
  await screen.findByText("Answered", { selector: "[class*=status] *" }).catch(() => screen.findAllByText("Answered"));
  expectHarmless(container);
});

test("an empty list says what to do next", async () => {
  show(<QuestionnairesPage />, { "/questionnaires": { questionnaires: [] } });
  expect(await screen.findByText("No questionnaires yet")).toBeTruthy();
});

test("a review by keys: approve names the version that was seen, and goes to the next question", async () => {
  const { container, calls } = open();
  await screen.findByText("Why somebody must look at it");
  await screen.findByText("Second?");
  fireEvent.keyDown(container.querySelector("aside")!, { key: "a" });
  const patches = () => calls.filter(({ method }) => method === "PATCH").map(({ options }) => options);
  await expect.poll(patches).toEqual([
    { params: { path: { questionnaire_id: ID, number: "1" } }, body: { review: "approved", version: "7" } },
  ]);
  const asked = () => calls.filter(({ path }) => path.endsWith("{number}")).map(({ options }) => options.params.path.number);
  await expect.poll(asked).toContain("2");
});

test("an answer is edited with the key e, and an answer that somebody else changed is not overwritten", async () => {
  const { container } = open({ ...REPLIES, [`PATCH ${ONE}/items/{number}`]: new Error("It was changed.") });
  await screen.findByText("Why somebody must look at it");
  fireEvent.keyDown(container.querySelector("aside")!, { key: "e" });
  fireEvent.click(await screen.findByText("Save"));
  expect(await screen.findByText("Save")).toBeTruthy();
});

test("the filters of the address are those of the API", async () => {
  const { calls } = open(REPLIES, "?status=failed&needs_review=true");
  const query = () => calls.find(({ path }) => path.endsWith("/items"))?.options.params.query;
  await expect.poll(query).toMatchObject({ status: "failed", needs_review: "true" });
});

test("keys that are typed into a field, or pressed with others, are no commands", () => {
  const pressed = { key: "a", altKey: false, ctrlKey: false, metaKey: false, target: document.body };
  expect(reviewKey(pressed)).toBe("approve");
  expect(reviewKey({ ...pressed, ctrlKey: true })).toBeUndefined();
  expect(reviewKey({ ...pressed, target: document.createElement("textarea") })).toBeUndefined();
  expect(reviewKey({ ...pressed, key: "z" })).toBeUndefined();
});
