import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";

type Status = Schemas["LabelTaskStatus"];

const KINDS: Record<Status, StatusIndicatorProps.Type> = {
  UPLOADING: "pending",
  CHECKING: "in-progress",
  PREPARING: "in-progress",
  OPEN: "info",
  REFUSED: "error",
  DONE: "success",
  FAILED: "error",
};

export function TaskStatus({ of }: { of: Status }) {
  const t = useMessages(messages);
  return <StatusIndicator type={KINDS[of] ?? "warning"}>{t.statuses[of] ?? of}</StatusIndicator>;
}

/** Whether it changes by itself. */
export const isMoving = (status: Status) => status === "CHECKING" || status === "PREPARING";
