import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";

type Status = Schemas["QuestionnaireStatus"];

const KINDS: Record<Status, StatusIndicatorProps.Type> = {
  UPLOADING: "pending",
  FINDING: "in-progress",
  FOUND: "info",
  ANSWERING: "in-progress",
  ANSWERED: "success",
  STOPPED: "stopped",
  FAILED: "error",
};

export function QuestionnaireStatus({ of }: { of: Status }) {
  const t = useMessages(messages);
  return <StatusIndicator type={KINDS[of] ?? "warning"}>{t.statuses[of] ?? of}</StatusIndicator>;
}

/** Whether it changes by itself. */
export const isMoving = (status: Status) => ["UPLOADING", "FINDING", "ANSWERING"].includes(status);
