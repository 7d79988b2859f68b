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

interface Props extends SaverState {
  /** Nothing but this device keeps the work until it is submitted. */
  local: boolean;
}

/** Whether the work is on the server, or where else. */
export function SaveState({ status, error, held, unkept, local }: Props) {
  const t = useMessages(messages);
  const reason = error instanceof Error && status === "refused" ? ` ${error.message}` : "";
  return (
    <span role="status">
      {(!local || unkept === undefined) && (
        <StatusIndicator type={KINDS[status]}>{local && status === "saved" ? t.keptHere : t.saving[status] + reason}</StatusIndicator>
      )}{" "}
      {held === false && <StatusIndicator type="warning">{t.claimLost}</StatusIndicator>}{" "}
      {unkept !== undefined && (local || status !== "saved") && <StatusIndicator type="warning">{local ? t.unkeptHere : t.unkept}</StatusIndicator>}
    </span>
  );
}
