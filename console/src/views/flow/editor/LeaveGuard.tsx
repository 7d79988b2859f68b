import { useEffect } from "react";
import { useBlocker } from "react-router";
import { useMessages } from "../../../i18n/language";
import { ConfirmDialog } from "../../../lists/ConfirmDialog";
import { messages } from "./messages";

/** Asks before changes that are not saved are left behind, here and when the page is closed. */
export function LeaveGuard({ isOn }: { isOn: boolean }) {
  const t = useMessages(messages);
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isOn && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!isOn) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isOn]);
  if (blocker.state !== "blocked") return null;
  return (
    <ConfirmDialog header={t.leave} action={t.leaveAction} cancel={t.stay} onConfirm={() => blocker.proceed()} onCancel={() => blocker.reset()}>
      {t.leaveDetail}
    </ConfirmDialog>
  );
}
