import { expect, test } from "vitest";
import type { Api } from "../src/api/client";
import { Asking } from "../src/views/ask/asking";
import { pageOf, withLinks } from "../src/citations/citation_links";
import { newTurnId } from "../src/views/ask/turn_ids";

type Reply = { data?: unknown; error?: unknown; status?: number };

/** The replies of each call, in order; the last one again and again. */
function api(replies: Record<string, Reply[]>, calls: string[] = []): Api {
  const call = (method: string) => async (path: string) => {
    const key = `${method} ${path.split("/").at(-1)}`;
    calls.push(key);
    const left = replies[key]!;
    const reply = left.length > 1 ? left.shift()! : left[0]!;
    return { ...reply, response: { status: reply.status ?? 200 } };
  };
  return { GET: call("GET"), POST: call("POST") } as unknown as Api;
}

class Socket {
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  sent: string[] = [];
  send(text: string) {
    this.sent.push(text);
  }
  close() {}
  says(message: unknown) {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
}

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
    clear: () => kept.clear(),
  };
}

function asking(replies: Record<string, Reply[]>, storage = memory(), calls: string[] = []) {
  const socket = new Socket();
  const made = new Asking(api(replies, calls), () => socket as unknown as WebSocket, "mary", storage, async () => {});
  return { made, socket, storage, calls };
}

const NOT_FOUND = { error: { detail: "There is no such turn." }, status: 404 };
const turn = (status: string, text: string, more = {}) => ({ data: { status, text, withheld: false, ...more } });

test("sentences are shown in the order of their numbers, and what API Gateway says is ignored", async () => {
  const { made, socket, storage } = asking({});
  const id = made.ask("Which limit applies?");
  socket.onopen!();
  expect(JSON.parse(socket.sent[0]!)).toEqual({ action: "ask", question: "Which limit applies?", turn_id: id });
  socket.says({ message: "Endpoint request timed out" });
  socket.says("no JSON");
  socket.says({ type: "sentence", number: 2, text: "Two. [2]" });
  socket.says({ type: "sentence", number: 1, text: "One. [1]" });
  socket.says({ type: "sentence", number: 1, text: "One. [1]" });
  expect(made.all()[0]).toMatchObject({ state: "writing", text: "One. [1] Two. [2]" });
  expect(storage.length).toBe(1);
  socket.says({ type: "answer", answer: "One. [1] Two. [2]" });
  await expect.poll(() => made.all()[0]!.state).toBe("ended");
  expect(storage.length).toBe(0);
});

test("a lost connection neither cancels nor repeats the answer", async () => {
  const { made, socket, calls } = asking({ "GET {turn_id}": [turn("WRITING", "One."), turn("DONE", "One. Two.")] });
  made.ask("Which?");
  socket.onclose!();
  await expect.poll(() => made.all()[0]!.state).toBe("ended");
  expect(calls).toEqual(["GET {turn_id}", "GET {turn_id}"]);
});

test("a question that has not reached the server is asked over HTTP, once", async () => {
  const { made, socket, calls } = asking({ "GET {turn_id}": [NOT_FOUND], "POST ask": [{ data: {} }] });
  made.ask("Which?", "0".repeat(32));
  socket.onclose!();
  await expect.poll(() => made.all()[0]!.state).toBe("ended");
  expect(calls).toEqual(["GET {turn_id}", "POST ask"]);
});

test("a question that did reach it in the meantime is followed", async () => {
  const exists = { error: { detail: "It was asked before." }, status: 409 };
  const replies = { "GET {turn_id}": [NOT_FOUND, turn("WRITING", "One."), turn("STOPPED", "One.")], "POST ask": [exists] };
  const { made, socket } = asking(replies);
  made.ask("Which?");
  socket.onclose!();
  await expect.poll(() => made.all()[0]!.state).toBe("ended");
});

test("a problem is shown in its own words, and the question can be asked again", async () => {
  const { made, socket, storage } = asking({});
  made.ask("Which?");
  socket.says({ type: "problem", status: 429, detail: "Too many questions.", request_id: "r-1" });
  await expect.poll(() => made.all()[0]!.state).toBe("failed");
  expect((made.all()[0]!.error as Error).message).toBe("Too many questions.");
  expect(storage.length).toBe(0);
  made.again(made.all()[0]!.turnId);
  expect(made.all()[0]!.state).toBe("writing");
});

test("an answer that has failed on the server says why", async () => {
  const failed = turn("FAILED", "", { problem: { detail: "The model did not answer." } });
  const { made, socket } = asking({ "GET {turn_id}": [failed] });
  made.ask("Which?");
  socket.onclose!();
  await expect.poll(() => made.all()[0]!.state).toBe("failed");
  expect((made.all()[0]!.error as Error).message).toBe("The model did not answer.");
});

test("after a reload, and in a second tab, the answer is taken up; another user's is not", async () => {
  const { made, storage } = asking({});
  const id = made.ask("Which?");
  storage.setItem("docent-asked-2", JSON.stringify({ turnId: "2", conversationId: "2", question: "?", subject: "otto" }));
  storage.setItem("docent-asked-3", "broken");
  const after = asking({ "GET {turn_id}": [turn("WRITING", "One."), turn("DONE", "One.")] }, storage).made;
  after.takeUp();
  after.takeUp();
  expect(after.all()).toMatchObject([{ turnId: id, question: "Which?", state: "writing" }]);
  await expect.poll(() => after.all()[0]!.state).toBe("ended");
});

test("a question that the server does not know is not asked by the tab that takes it up", async () => {
  const { made, storage } = asking({});
  made.ask("Which?");
  const after = asking({ "GET {turn_id}": [NOT_FOUND] }, storage).made;
  after.takeUp();
  await expect.poll(() => after.all()).toEqual([]);
  expect(storage.length).toBe(0);
});

test("turn ids are sorted by time", () => {
  expect(newTurnId(1)).toMatch(/^000000000001[0-9a-f]{20}$/);
  expect(newTurnId(1)).not.toBe(newTurnId(1));
});

test("the mark of a citation leads to its page, and to the image that was read", () => {
  const picture_url = "https://b.example/documents/d/images/0a1b.png?X-Amz-Signature=1";
  const cited = { document_id: "d", page: 3 };
  expect(pageOf(cited)).toBe("/documents/d?page=3");
  expect(pageOf({ ...cited, picture_url })).toBe("/documents/d?page=3&image=0a1b");
  expect(withLinks("It is 3 kW. [1][2]", [cited])).toBe("It is 3 kW. [1](/documents/d?page=3)[2]");
});
