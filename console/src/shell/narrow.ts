import { useSyncExternalStore } from "react";

const narrow = window.matchMedia?.("(max-width: 688px)");

/** Whether there is room for a phone's layout only: Cloudscape's own breakpoint. */
export const useNarrow = () =>
  useSyncExternalStore(
    (listener) => {
      narrow?.addEventListener("change", listener);
      return () => narrow?.removeEventListener("change", listener);
    },
    () => narrow?.matches ?? false,
  );
