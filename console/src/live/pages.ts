import { useCallback, useState } from "react";
import { useLive } from "./live";
import type { Change } from "./push";

interface Page<T> {
  items: T[];
  /** Leads to the following page. */
  next?: string;
}

/**
 * A list that the API gives page by page, from its beginning to where the user has asked for more. `ask` must be stable;
 * `kind` is that of `useLive`.
 */
export function useLivePages<T>(
  ask: (next: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  pause: (items: T[]) => number,
  kind?: Change["kind"],
) {
  const [pages, setPages] = useState(1);
  const load = useCallback(
    async (signal: AbortSignal): Promise<Page<T>> => {
      const items: T[] = [];
      let next: string | undefined;
      for (let page = 0; page < pages && (page === 0 || next); page += 1) {
        const found = await ask(next, signal);
        items.push(...found.items);
        next = found.next;
      }
      return { items, next };
    },
    [ask, pages],
  );
  const { value, error, loading, reload } = useLive(load, ({ items }) => pause(items), kind);
  // What is there stays while more is loaded.
  const [last, setLast] = useState(value);
  if (value && value !== last) setLast(value);
  const list = value ?? last;
  return { items: list?.items, more: list?.next ? () => setPages(pages + 1) : undefined, error, loading, reload };
}
