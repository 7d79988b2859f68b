import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Config } from "../src/config";
import { DeploymentContext, type Deployment } from "../src/shell/deployment";
import ChatPage from "../src/views/chat/ChatPage";
import { attachmentOf, type ChatAnswer, imagePath, partsOf } from "../src/views/chat/chatting";
import { deployedViews } from "../src/views/registry";
import { expectHarmless, HOSTILE } from "./support";

const ANSWER: ChatAnswer = {
  message: "Grüße 😀. It is so.",
  conversation_id: "c".repeat(36),
  message_id: "m".repeat(36),
  user_message_id: "u".repeat(36),
  citations: [{ number: 1, title: "Handbook", excerpt: "So it is.", segments: [{ begin: 0, end: 8 }, { begin: 9, end: 18 }] }],
  failed_attachments: [],
};

let replies: { status: number; body: unknown }[];
let asked: any[];

beforeEach(() => {
  window.sessionStorage.clear();
  replies = [];
  asked = [];
  vi.stubGlobal("fetch", async (address: string, options: RequestInit) => {
    asked.push({ address, ...options, body: JSON.parse(String(options.body)) });
    const { status, body } = replies.shift()!;
    return { ok: status === 200, status, json: async () => body };
  });
});
afterEach(() => vi.unstubAllGlobals());

function show() {
  const deployment = {
    config: { chatSignIn: "/api/oidc/login" },
    session: { user: { name: "mary@example.com", groups: [], subject: "1" } },
    views: [],
  } as unknown as Deployment;
  return render(
    <MemoryRouter>
      <DeploymentContext value={deployment}>
        <ChatPage />
      </DeploymentContext>
    </MemoryRouter>,
  );
}

async function say(text: string) {
  fireEvent.change(screen.getByRole("textbox"), { target: { value: text } });
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(asked.length).toBeGreaterThan(0));
}

test("chat is shown only where Amazon Q Business answers it", () => {
  const config = { capabilities: ["chat", "documents"], operatorsGroup: "o" } as Config;
  const paths = (chatSignIn: string) => deployedViews({ ...config, chatSignIn }, []).map((view) => view.path);
  expect(paths("")).not.toContain("chat");
  expect(paths("/api/oidc/login")).toContain("chat");
});

test("an answer has its citations where they belong, counted in characters", () => {
  expect(partsOf(ANSWER)).toEqual([
    { text: "Grüße 😀.", numbers: [1] },
    { text: " It is so.", numbers: [1] },
  ]);
  expect(partsOf({ ...ANSWER, citations: [] })).toEqual([{ text: ANSWER.message, numbers: [] }]);
});

test("a conversation goes on from its last answer, without a token, and outlives a reload", async () => {
  replies = [{ status: 200, body: ANSWER }, { status: 200, body: { ...ANSWER, message_id: "n".repeat(36) } }];
  const first = show();
  await say("Is it so?");
  expect(await screen.findByText("Handbook")).toBeTruthy();
  first.unmount();
  show();
  expect(screen.getByText("Handbook")).toBeTruthy();
  await say("And why?");
  await waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[1].body).toEqual({ message: "And why?", conversation_id: ANSWER.conversation_id, parent_message_id: ANSWER.message_id });
  expect(asked[1].headers).toEqual({ "Content-Type": "application/json" });
});

test("who has no session signs in, and the message is kept", async () => {
  replies = [{ status: 401, body: {} }];
  const { unmount } = show();
  await say("Is it so?");
  const link = await screen.findByRole("link", { name: "Sign in" });
  const address = encodeURIComponent(`${window.location.origin}/chat`);
  expect(link.getAttribute("href")).toBe(`/api/oidc/login?return_to=${address}`);
  unmount();
  show();
  expect(screen.getByRole("textbox")).toHaveProperty("value", "Is it so?");
});

test("a refusal is shown in its own words, and the message is kept", async () => {
  replies = [{ status: 403, body: { detail: "You have no subscription." } }];
  show();
  await say("Is it so?");
  expect(await screen.findByText("You have no subscription.")).toBeTruthy();
  expect(screen.getByRole("textbox")).toHaveProperty("value", "Is it so?");
});

test("files go along, and too many or too large ones do not", async () => {
  expect(await attachmentOf(new File(["Grüße"], "a.txt"))).toEqual({ name: "a.txt", data: btoa("Gr\u00c3\u00bc\u00c3\u009fe") });
  replies = [{ status: 200, body: { ...ANSWER, failed_attachments: [{ name: "b.txt", detail: "Too odd." }] } }];
  const { container } = show();
  const input = container.querySelector("input[type=file]")!;
  const put = (...files: File[]) => fireEvent.change(input, { target: { files } });
  put(new File(["1"], "a.txt"), new File(["2"], "b.txt"));
  put(...[1, 2, 3, 4].map((number) => new File(["3"], `${number}.txt`)));
  expect(screen.getByText("At most five files go with a message.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Remove 4.txt" }));
  await say("What is in them?");
  expect(await screen.findByText("b.txt: Too odd.")).toBeTruthy();
  expect(asked[0].body.attachments.map((each: { name: string }) => each.name)).toEqual(["a.txt", "b.txt", "1.txt", "2.txt", "3.txt"]);
});

test("what Q Business says is text, and its images are of this origin", async () => {
  const segments = [{ begin: 0, end: 4, media_url: "https://evil.example/api/chat/media/a/b/c" }];
  const source = { number: 1, title: HOSTILE, excerpt: HOSTILE, url: "javascript:alert(1)", segments };
  const more = { action_review: { fields: [{ name: HOSTILE, value: HOSTILE }] }, authorization_url: "javascript:alert(2)" };
  const failed_attachments = [{ name: HOSTILE, detail: HOSTILE }];
  replies = [{ status: 200, body: { ...ANSWER, message: HOSTILE, citations: [source], failed_attachments, ...more } }];
  const { container } = show();
  // A message is shorter than what may be told of it.
  await say(HOSTILE.slice(0, 7000));
  await screen.findByText("A plugin proposes an action");
  for (const link of container.querySelectorAll('a[href^="#"]')) link.remove();
  for (const form of container.querySelectorAll("form")) form.remove();
  expectHarmless(container);
  expect(imagePath(`${window.location.origin}/api/chat/media/a/b/c`)).toBe("/api/chat/media/a/b/c");
  expect(imagePath(`${window.location.origin}/files/derived/a`)).toBeUndefined();
});
