import { useCallback, useState } from "react";
import type { Turn } from "./chatting";

/** The conversation and what is being typed, kept for this tab: signing in leaves the page. */
export function useKept<T>(name: string, empty: T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => read(name, empty));
  const keep = useCallback(
    (changed: T) => {
      setValue(changed);
      try {
        window.sessionStorage.setItem(name, JSON.stringify(changed));
      } catch {
        // A browser without room for it: it lasts as long as the page.
      }
    },
    [name],
  );
  return [value, keep];
}

export const useConversation = (subject: string) => useKept<Turn[]>(`docent-chat:${subject}`, []);

function read<T>(name: string, empty: T): T {
  try {
    return JSON.parse(window.sessionStorage.getItem(name) ?? "null") ?? empty;
  } catch {
    return empty;
  }
}
