import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../api/client";
import { useMessages } from "../i18n/language";
import { messages } from "./messages";

type Status = Schemas["FlowRunStatus"];

const KINDS: Record<Status, StatusIndicatorProps.Type> = {
  RUNNING: "in-progress",
  SUCCEEDED: "success",
  INPUT_REQUIRED: "pending",
  NO_OUTPUT: "warning",
  FAILED: "error",
  TIMED_OUT: "error",
};

export function RunStatus({ of }: { of: Status }) {
  const t = useMessages(messages);
  return <StatusIndicator type={KINDS[of] ?? "warning"}>{t.statuses[of] ?? of}</StatusIndicator>;
}
