import { startTransition, useCallback, useContext, useEffect, useRef, useState } from "react";
import { DeploymentContext } from "../shell/deployment";
import type { Change } from "./push";

interface Live<T> {
  value: T | undefined;
  error: unknown;
  /** Whether the first value of these arguments is still under way. */
  loading: boolean;
  reload: () => void;
}

const SLOWER = 2;
const LONGEST = 60_000;
/** The shortest pause while changes are pushed, in case a message is lost. */
const WHILE_PUSHED = 30_000;
/** Several changes at a time are one. */
const SOON = 300;

/**
 * What `load` answers, again and again: `pause` says in how many milliseconds. A page that is hidden does not ask, and
 * after an error it asks less and less often. `load` must be stable (`useCallback`); another one starts from the beginning.
 *
 * With `kind`, it asks as soon as it is told that something of this kind changed, and seldom while it would be told.
 */
export function useLive<T>(
  load: (signal: AbortSignal) => Promise<T>,
  pause: (value: T) => number,
  kind?: Change["kind"],
): Live<T> {
  const push = useContext(DeploymentContext)?.push;
  const [state, setState] = useState<{ of?: unknown; value?: T; error?: unknown }>({});
  const pauseNow = useRef(pause);
  pauseNow.current = pause;
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    let failures = 0;
    let asking = false;
    let changed = false;

    async function ask() {
      let wait: number;
      asking = true;
      changed = false;
      try {
        const value = await load(stop.signal);
        if (stop.signal.aborted) return;
        failures = 0;
        // What is the same is not drawn again, and a long list gives way to what the user does meanwhile.
        startTransition(() => setState((before) => (before.of === load && isSame(before, value) ? before : { of: load, value })));
        wait = pauseNow.current(value);
        if (kind && push?.isOn) wait = Math.max(wait, WHILE_PUSHED);
      } catch (error) {
        if (stop.signal.aborted) return;
        failures += 1;
        setState((before) => ({ of: load, value: before.of === load ? before.value : undefined, error }));
        wait = Math.min(1000 * SLOWER ** failures, LONGEST);
      }
      asking = false;
      timer = window.setTimeout(next, changed ? SOON : wait);
    }

    function hear(change: Change | undefined) {
      if (changed || (change && change.kind !== kind)) return;
      changed = true;
      if (asking) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(next, SOON);
    }

    function next() {
      if (document.hidden) document.addEventListener("visibilitychange", next, { once: true });
      else if (!stop.signal.aborted) void ask();
    }

    void ask();
    const leave = kind && push?.subscribe(hear);
    return () => {
      leave?.();
      stop.abort();
      window.clearTimeout(timer);
      document.removeEventListener("visibilitychange", next);
    };
  }, [load, turn, kind, push]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const fresh = state.of === load;
  return { value: fresh ? state.value : undefined, error: fresh ? state.error : undefined, loading: !fresh, reload };
}

const isSame = (before: { value?: unknown; error?: unknown }, value: unknown) =>
  before.error === undefined && JSON.stringify(before.value) === JSON.stringify(value);
