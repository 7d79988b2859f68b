import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";
import type { SaverState } from "./Saver";

const KINDS: Record<SaverState["status"], StatusIndicatorProps.Type> = {
  saved: "success",
  unsent: "pending",
  saving: "in-progress",
  waiting: "warning",
  conflict: "warning",
  refused: "error",
};

/** Whether the work is on the server, or where else. */
export function SaveState({ status, error, held, unkept }: SaverState) {
  const t = useMessages(messages);
  const reason = error instanceof Error && status === "refused" ? ` ${error.message}` : "";
  return (
    <span role="status">
      <StatusIndicator type={KINDS[status]}>{t.saving[status] + reason}</StatusIndicator>{" "}
      {held === false && <StatusIndicator type="warning">{t.claimLost}</StatusIndicator>}{" "}
      {unkept !== undefined && status !== "saved" && <StatusIndicator type="warning">{t.unkept}</StatusIndicator>}
    </span>
  );
}
