import Box from "@cloudscape-design/components/box";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { messages } from "./messages";
import { progressOf } from "./progress";

type Document = Schemas["Document"];

const KINDS: Record<Document["status"], StatusIndicatorProps.Type> = {
  INGESTING: "in-progress",
  INGESTED: "success",
  INGESTED_WITH_GAPS: "warning",
  FAILED: "error",
  REMOVING: "in-progress",
  REMOVED: "stopped",
};

/** What the index says of a document, in words, and since when; for what is under way, how long it usually takes. */
export function DocumentStatus({ document }: { document: Document }) {
  const t = useMessages(messages);
  const { time, duration } = useFormats();
  const progress = progressOf(document);
  const status = t.statuses[document.status] ?? document.status;
  return (
    <>
      <StatusIndicator type={progress?.stuck ? "warning" : (KINDS[document.status] ?? "warning")}>
        {progress?.stuck ? t.stuck(status) : status}
      </StatusIndicator>
      {progress && (
        <Box fontSize="body-s" color="text-body-secondary">
          {t.since(time(progress.since))}
          {progress.usual !== undefined && `, ${t.usually(duration(progress.usual))}`}
        </Box>
      )}
      {!progress && document.searchable_since && (
        <Box fontSize="body-s" color="text-body-secondary">
          {t.since(time(document.searchable_since))}
        </Box>
      )}
    </>
  );
}
