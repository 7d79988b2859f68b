import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { curveOf } from "./curves";
import styles from "./Flow.module.css";
import { messages } from "./messages";

type Measured = Schemas["FlowMeasures"]["nodes"][number];

const AT_REST = 60_000;
const [WIDTH, HEIGHT] = [160, 36];

/** How long each node takes: the median and the 95th percentile, on the last day and day by day. */
export function MeasuresTab({ flow }: { flow: string }) {
  const t = useMessages(messages);
  const { duration, number, dollars } = useFormats();
  const api = useApi();
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/flows/{flow}/measures", { params: { path: { flow } }, signal })),
    [api, flow],
  );
  const { value, error } = useLive(load, () => AT_REST);
  if (!value) {
    return error === undefined ? (
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    ) : (
      <Alert type="error" header={t.measuresFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  const of = (node: Measured, which: "p50" | "p95") => {
    const last = node.days.at(-1);
    return last ? duration(last[which]) : "–";
  };
  return (
    <SpaceBetween size="m">
      <Box>{t.measured(number(value.runs), number(value.transitions), dollars(value.transitions_cost))}</Box>
      <Table
        variant="borderless"
        wrapLines
        trackBy="node"
        items={value.nodes}
        ariaLabels={{ tableLabel: t.tabs.measures }}
        empty={t.noRuns}
        columnDefinitions={[
          { id: "node", header: t.node, isRowHeader: true, minWidth: 140, cell: (each) => <Text of={each.node} /> },
          { id: "p50", header: t.p50, minWidth: 90, cell: (each) => of(each, "p50") },
          { id: "p95", header: t.p95, minWidth: 90, cell: (each) => of(each, "p95") },
          {
            id: "days",
            header: t.byDay,
            minWidth: 190,
            cell: ({ days }) => (
              <svg
                className={styles.curves}
                viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
                role="img"
                aria-label={days.map(({ day, p50, p95 }) => t.dayOf(day, duration(p50), duration(p95))).join("; ") || t.noRuns}
              >
                {(["p95", "p50"] as const).map((which) => (
                  <path key={which} className={styles[which]} d={curveOf(days, which, WIDTH, HEIGHT)} />
                ))}
              </svg>
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}
