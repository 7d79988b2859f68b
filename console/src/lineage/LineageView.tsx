import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useMemo } from "react";
import type { Schemas } from "../api/client";
import { useFormats, useMessages } from "../i18n/language";
import { useLive } from "../live/live";
import { ErrorText } from "../shell/notifications";
import type { Lineage } from "./lineage";
import { LineagePanel } from "./LineagePanel";
import { type LineageMessages, messages } from "./messages";

interface Props<T> {
  label: string;
  /** Stable, as `useLive` needs it. */
  load: (signal: AbortSignal) => Promise<T>;
  lineageOf: (found: T, t: LineageMessages, time: (iso: string) => string) => Lineage;
}

const PAUSE = 30_000;

/** The lineage that the API gives, as it is now. */
export function LineageView<T extends { answers: Schemas["CitingAnswers"] }>({ label, load, lineageOf }: Props<T>) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const { value: found, error } = useLive(load, () => PAUSE);
  // A new object with the same content comes with every reload.
  const text = JSON.stringify(found);
  const lineage = useMemo(() => (text ? lineageOf(JSON.parse(text), t, time) : undefined), [text, lineageOf, t, time]);
  if (error !== undefined) {
    return (
      <Alert type="error" header={t.failed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  if (!found || !lineage) return <StatusIndicator type="loading">{t.loading}</StatusIndicator>;
  return (
    <SpaceBetween size="m">
      {found.answers.is_least && <Alert type="info">{t.least}</Alert>}
      <LineagePanel label={label} lineage={lineage} />
    </SpaceBetween>
  );
}
