import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useEffect, useRef, useState } from "react";
import { ApiError, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useFormats, useLanguage, useMessages } from "../../i18n/language";
import { useDeployment } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { messages as runMessages } from "../debates/messages";
import styles from "./Debate.module.css";
import { messages } from "./messages";

interface Share {
  part: number;
  of: number;
  share: number | null;
  low: number;
  high: number;
}

interface Measures {
  technique: Schemas["Technique"];
  cases: number;
  accuracy: Share;
  accuracy_of_decided: Share;
  consistency: { flipped: Share };
  could_explain: Record<"first_won" | "longer_won" | "own_family_won", Share>;
}

/** As report.json has it (docs/debates.md). */
export interface RunReport {
  techniques: Measures[];
  compared: { techniques: [Schemas["Technique"], Schemas["Technique"]]; cases: number; p: number; better: Schemas["Technique"] | null }[];
  changed: { compared: number; changed: number } | null;
}

// Below it the report draws no winner.
const ENOUGH = 30;

/** Accuracy by technique with its interval. It is loaded once for each generation. */
export function Report({ address, generation }: { address: string; generation: string }) {
  const t = useMessages(messages);
  const { config } = useDeployment();
  const [report, setReport] = useState<RunReport>();
  const [error, setError] = useState<unknown>();
  const newest = useRef(address);
  newest.current = address;
  useEffect(() => {
    const stop = new AbortController();
    read(sameOrigin(newest.current, config.files), stop.signal).then(setReport, (failure: unknown) => {
      if (!stop.signal.aborted) setError(failure);
    });
    return () => stop.abort();
  }, [generation, config]);
  if (error !== undefined) {
    return (
      <Alert type="error" header={t.reportFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  return report ? <Accuracy of={report} /> : null;
}

export function Accuracy({ of }: { of: RunReport }) {
  const t = useMessages(messages);
  const { techniqueNames } = useMessages(runMessages);
  const { number } = useFormats();
  const language = useLanguage();
  const percent = (share: number | null) =>
    share === null ? "–" : new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);
  const few = Math.max(0, ...of.techniques.map((each) => each.accuracy.of)) < ENOUGH;
  return (
    <SpaceBetween size="s">
      <Table
        wrapLines
        trackBy="technique"
        items={of.techniques}
        header={<Header variant="h2">{t.accuracy}</Header>}
        ariaLabels={{ tableLabel: t.accuracy }}
        columnDefinitions={[
          { id: "technique", header: t.technique, isRowHeader: true, minWidth: 140, cell: (each) => techniqueNames[each.technique] },
          {
            id: "accuracy",
            header: t.accuracyInterval,
            minWidth: 260,
            cell: ({ accuracy }) => (
              <div className={styles.measure}>
                <Bar of={accuracy} label={`${percent(accuracy.share)}, ${percent(accuracy.low)} – ${percent(accuracy.high)}`} />
                <span>
                  {percent(accuracy.share)} ({percent(accuracy.low)} – {percent(accuracy.high)}), {t.of(number(accuracy.of))}
                </span>
              </div>
            ),
          },
          { id: "decided", header: t.ofDecided, minWidth: 90, cell: (each) => percent(each.accuracy_of_decided.share) },
          { id: "flipped", header: t.flipped, minWidth: 90, cell: (each) => percent(each.consistency.flipped.share) },
          { id: "first", header: t.firstWon, minWidth: 90, cell: (each) => percent(each.could_explain.first_won.share) },
          { id: "longer", header: t.longerWon, minWidth: 90, cell: (each) => percent(each.could_explain.longer_won.share) },
        ]}
      />
      {few && <Box color="text-body-secondary">{t.few}</Box>}
      {of.compared
        .filter((each) => each.better)
        .map(({ techniques: [one, other], better, p, cases }) => (
          <Box key={`${one}-${other}`}>
            {t.better(techniqueNames[better === one ? one : other], techniqueNames[better === one ? other : one], number(cases), p.toFixed(3))}
          </Box>
        ))}
      {of.changed && <Box>{t.changed(number(of.changed.changed), number(of.changed.compared))}</Box>}
    </SpaceBetween>
  );
}

/** The share as a bar, with its 95 % interval as a line. */
function Bar({ of: { share, low, high }, label }: { of: Share; label: string }) {
  if (share === null) return null;
  return (
    <svg className={styles.bar} viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect className={styles.track} x="0" y="2" width="100" height="8" />
      <rect className={styles.share} x="0" y="2" width={share * 100} height="8" />
      <line className={styles.interval} x1={low * 100} x2={high * 100} y1="6" y2="6" />
    </svg>
  );
}

async function read(address: string, signal: AbortSignal): Promise<RunReport> {
  const reply = await fetch(address, { signal });
  if (!reply.ok) throw new ApiError(`${reply.status}`, reply.status);
  return reply.json() as Promise<RunReport>;
}
