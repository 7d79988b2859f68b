import { useCallback, useEffect, useRef, useState } from "react";

interface Live<T> {
  value: T | undefined;
  error: unknown;
  /** Whether the first value of these arguments is still under way. */
  loading: boolean;
  reload: () => void;
}

const SLOWER = 2;
const LONGEST = 60_000;

/**
 * What `load` answers, again and again: `pause` says in how many milliseconds. A page that is hidden does not ask, and
 * after an error it asks less and less often. `load` must be stable (`useCallback`); another one starts from the beginning.
 */
export function useLive<T>(load: (signal: AbortSignal) => Promise<T>, pause: (value: T) => number): Live<T> {
  const [state, setState] = useState<{ of?: unknown; value?: T; error?: unknown }>({});
  const pauseNow = useRef(pause);
  pauseNow.current = pause;
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    let failures = 0;

    async function ask() {
      let wait: number;
      try {
        const value = await load(stop.signal);
        if (stop.signal.aborted) return;
        failures = 0;
        setState({ of: load, value });
        wait = pauseNow.current(value);
      } catch (error) {
        if (stop.signal.aborted) return;
        failures += 1;
        setState((before) => ({ of: load, value: before.of === load ? before.value : undefined, error }));
        wait = Math.min(1000 * SLOWER ** failures, LONGEST);
      }
      timer = window.setTimeout(next, wait);
    }

    function next() {
      if (document.hidden) document.addEventListener("visibilitychange", next, { once: true });
      else if (!stop.signal.aborted) void ask();
    }

    void ask();
    return () => {
      stop.abort();
      window.clearTimeout(timer);
      document.removeEventListener("visibilitychange", next);
    };
  }, [load, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const fresh = state.of === load;
  return { value: fresh ? state.value : undefined, error: fresh ? state.error : undefined, loading: !fresh, reload };
}
