import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";

const KINDS = { enough: "success", thin: "warning", none: "stopped" } as const;

/** How well the documents support an answer, in words, and what is missing. */
export function SupportWords({ support }: { support: Schemas["Support"] }) {
  const t = useMessages(messages);
  return (
    <div>
      <StatusIndicator type={KINDS[support.level] ?? "info"}>{t.support[support.level] ?? support.level}</StatusIndicator>
      {support.reasons.map((reason) => (
        <Box key={reason} fontSize="body-s" color="text-body-secondary">
          {t.reasons[reason] ?? reason}
        </Box>
      ))}
    </div>
  );
}
