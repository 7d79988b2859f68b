import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { ApiError } from "../api/client";
import { useMessages } from "../i18n/language";
import { Text } from "../text/Text";
import { messages } from "./messages";

interface Notifications {
  shown: FlashbarProps.MessageDefinition[];
  notify: (type: FlashbarProps.Type, header: string, content?: ReactNode) => void;
  /** An error in its own words, with the id of the request. */
  fail: (header: string, error: unknown) => void;
}

const NotificationsContext = createContext<Notifications>({ shown: [], notify: () => {}, fail: () => {} });
export const useNotifications = () => useContext(NotificationsContext);
let last = 0;

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const t = useMessages(messages);
  const [shown, setShown] = useState<FlashbarProps.MessageDefinition[]>([]);
  const notify = useCallback<Notifications["notify"]>(
    (type, header, content) => {
      const id = `message-${(last += 1)}`;
      const close = () => setShown((others) => others.filter((each) => each.id !== id));
      // The same thing again replaces what was said before.
      setShown((others) => [
        { id, type, header, content, dismissible: true, dismissLabel: t.dismiss, onDismiss: close },
        ...others.filter((each) => each.header !== header),
      ]);
      if (type === "success") window.setTimeout(close, 8000);
    },
    [t],
  );
  const fail = useCallback<Notifications["fail"]>(
    (header, error) => notify("error", header, <ErrorText error={error} />),
    [notify],
  );
  const value = useMemo(() => ({ shown, notify, fail }), [shown, notify, fail]);
  return <NotificationsContext value={value}>{children}</NotificationsContext>;
}

export function ErrorText({ error }: { error: unknown }) {
  const t = useMessages(messages);
  const message = error instanceof Error ? error.message : String(error);
  const request = error instanceof ApiError && error.requestId ? ` (${t.request(error.requestId)})` : "";
  return <Text of={message + request} />;
}
