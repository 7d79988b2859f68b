import { useCallback, useEffect, useState } from "react";

const KEY = "docent-draft-";

/** What is being typed in a conversation. It outlives a reload and the way to the sign-in page. */
export function useDraft(conversationId: string): [string, (text: string) => void] {
  const name = KEY + conversationId;
  const [draft, setDraft] = useState(() => window.sessionStorage.getItem(name) ?? "");
  useEffect(() => setDraft(window.sessionStorage.getItem(name) ?? ""), [name]);
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      if (text) window.sessionStorage.setItem(name, text);
      else window.sessionStorage.removeItem(name);
    },
    [name],
  );
  return [draft, change];
}
