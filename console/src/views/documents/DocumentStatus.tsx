import Box from "@cloudscape-design/components/box";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { messages } from "./messages";

type Document = Schemas["Document"];

const KINDS: Record<Document["status"], StatusIndicatorProps.Type> = {
  INGESTING: "in-progress",
  INGESTED: "success",
  INGESTED_WITH_GAPS: "warning",
  FAILED: "error",
  REMOVING: "in-progress",
  REMOVED: "stopped",
};
const MOVING = ["INGESTING", "REMOVING"];

/** What the index says of a document, in words; for what is under way, since when. */
export function DocumentStatus({ document }: { document: Document }) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const since = document.removing_since ?? document.updated_at;
  return (
    <>
      <StatusIndicator type={KINDS[document.status] ?? "warning"}>
        {t.statuses[document.status] ?? document.status}
      </StatusIndicator>
      {MOVING.includes(document.status) && (
        <Box fontSize="body-s" color="text-body-secondary">
          {t.since(time(since))}
        </Box>
      )}
    </>
  );
}
