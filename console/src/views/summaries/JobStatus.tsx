import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";

type Status = Schemas["JobStatus"];

const KINDS: Record<Status, StatusIndicatorProps.Type> = {
  UPLOADING: "pending",
  PREPARING: "in-progress",
  ESTIMATED: "info",
  SUMMARIZING: "in-progress",
  MASKING: "in-progress",
  SUMMARIZED: "success",
  STOPPED: "stopped",
  FAILED: "error",
};

export function JobStatus({ of }: { of: Status }) {
  const t = useMessages(messages);
  return <StatusIndicator type={KINDS[of] ?? "warning"}>{t.statuses[of] ?? of}</StatusIndicator>;
}

/** Whether it changes by itself. */
export const isMoving = (status: Status) => ["PREPARING", "SUMMARIZING", "MASKING"].includes(status);
