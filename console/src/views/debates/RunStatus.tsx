import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";

type Status = Schemas["RunStatus"];

const KINDS: Record<Status, StatusIndicatorProps.Type> = {
  UPLOADING: "pending",
  PREPARING: "in-progress",
  DEBATING: "in-progress",
  JUDGED: "success",
  STOPPED: "stopped",
  FAILED: "error",
};

export function RunStatus({ of }: { of: Status }) {
  const t = useMessages(messages);
  return <StatusIndicator type={KINDS[of] ?? "warning"}>{t.statuses[of] ?? of}</StatusIndicator>;
}

/** Whether it changes by itself. */
export const isMoving = (status: Status) => status === "PREPARING" || status === "DEBATING";
