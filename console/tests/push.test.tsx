import { act, render, screen } from "@testing-library/react";
import { useCallback } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useLive } from "../src/live/live";
import { Push } from "../src/live/push";
import { DeploymentContext, type Deployment } from "../src/shell/deployment";

class FakeSocket {
  sent: string[] = [];
  onopen?: () => void;
  onmessage?: (message: { data: string }) => void;
  onclose?: () => void;
  close = () => this.onclose?.();
  send = (text: string) => void this.sent.push(text);
  hear = (message: unknown) => this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
}

let sockets: FakeSocket[];
let token: string;
let push: Push;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  token = "t1";
  push = new Push(
    () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1) as unknown as WebSocket;
    },
    () => token,
  );
});
afterEach(() => vi.useRealTimers());

const CHANGED = { type: "changed", kind: "document", id: "1", status: "INGESTED" };

/** Connected, and told that it hears of changes. */
function watching(listener = vi.fn()) {
  const leave = push.subscribe(listener);
  sockets.at(-1)!.onopen?.();
  sockets.at(-1)!.hear({ type: "watching" });
  return { listener, leave };
}

test("who listens is told of changes, and first that some may have been missed", () => {
  const { listener } = watching();
  expect(sockets[0]!.sent).toEqual(['{"action":"watch"}']);
  sockets[0]!.hear("no JSON");
  sockets[0]!.hear({ message: "Forbidden" });
  sockets[0]!.hear(CHANGED);
  expect(listener.mock.calls).toEqual([[undefined], [CHANGED]]);
  expect(push.isOn).toBe(true);
});

test("a lost connection is opened again, after longer and longer pauses", () => {
  watching();
  sockets[0]!.close();
  expect(push.isOn).toBe(false);
  for (const [count, pause] of [[2, 1000], [3, 2000], [4, 4000]] as const) {
    vi.advanceTimersByTime(pause / 2 - 10);
    expect(sockets).toHaveLength(count - 1);
    vi.advanceTimersByTime(pause / 2 + 10);
    expect(sockets).toHaveLength(count);
    sockets.at(-1)!.close();
  }
});

test("one connection serves all who listen, and closes when nobody does", () => {
  const first = watching();
  const second = push.subscribe(vi.fn());
  expect(sockets).toHaveLength(1);
  const close = vi.spyOn(sockets[0]!, "close");
  first.leave();
  vi.advanceTimersByTime(2000);
  expect(close).not.toHaveBeenCalled();
  second();
  vi.advanceTimersByTime(2000);
  expect(close).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(100_000);
  expect(sockets).toHaveLength(1);
});

test("a renewed token has a connection of its own", () => {
  watching();
  token = "t2";
  expect(push.isOn).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(sockets).toHaveLength(2);
});

function Live({ load, kind }: { load: () => Promise<string>; kind?: "document" }) {
  const stable = useCallback(load, [load]);
  return <p>{useLive(stable, () => 2000, kind).value}</p>;
}

async function shown(load: () => Promise<string>, kind?: "document") {
  render(
    <DeploymentContext value={{ push } as unknown as Deployment}>
      <Live load={load} {...(kind ? { kind } : {})} />
    </DeploymentContext>,
  );
  await act(() => vi.advanceTimersByTimeAsync(10));
}

test("what is shown is asked for as soon as it changed, and seldom meanwhile", async () => {
  let count = 0;
  await shown(async () => `answer ${(count += 1)}`, "document");
  await act(async () => watching(vi.fn()).leave());
  await act(() => vi.advanceTimersByTimeAsync(400));
  expect(screen.getByText("answer 2")).toBeTruthy();
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(count).toBe(2);
  sockets[0]!.hear({ ...CHANGED, kind: "summary" });
  await act(() => vi.advanceTimersByTimeAsync(1_000));
  expect(count).toBe(2);
  for (let number = 0; number < 5; number += 1) sockets[0]!.hear(CHANGED);
  await act(() => vi.advanceTimersByTimeAsync(1_000));
  expect(screen.getByText("answer 3")).toBeTruthy();
  await act(() => vi.advanceTimersByTimeAsync(31_000));
  expect(count).toBe(4);
});

test("without a connection it is asked for as often as before", async () => {
  let count = 0;
  await shown(async () => `answer ${(count += 1)}`, "document");
  await act(() => vi.advanceTimersByTimeAsync(9_000));
  expect(count).toBe(5);
});
