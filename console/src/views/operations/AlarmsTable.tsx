import ExpandableSection from "@cloudscape-design/components/expandable-section";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import type { Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import { messages } from "./messages";

type Alarm = Schemas["Alarm"];

const TYPES: Record<string, StatusIndicatorProps.Type> = { OK: "success", ALARM: "error", INSUFFICIENT_DATA: "pending" };

/** The alarms with their states, those that have gone off first; open while one has. */
export function AlarmsTable({ alarms }: { alarms: Alarm[] }) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const rings = ({ state }: Alarm) => (state === "ALARM" ? 0 : 1);
  const count = alarms.filter((each) => each.state === "ALARM").length;
  return (
    <ExpandableSection
      variant="container"
      defaultExpanded={count > 0}
      headerText={t.alarms}
      headerDescription={count ? t.ringing(count) : t.noAlarmRings(alarms.length)}
    >
      <Table
        variant="embedded"
        wrapLines
        items={[...alarms].sort((one, other) => rings(one) - rings(other))}
        trackBy="name"
        ariaLabels={{ tableLabel: t.alarms }}
        columnDefinitions={[
          { id: "name", header: t.alarm, isRowHeader: true, minWidth: 160, cell: ({ name }: Alarm) => <Text of={name} /> },
          {
            id: "state",
            header: t.state,
            minWidth: 150,
            cell: ({ state }: Alarm) => (
              <StatusIndicator type={TYPES[state] ?? "info"} wrapText={false}>{t.states[state] ?? state}</StatusIndicator>
            ),
          },
          { id: "since", header: t.since, minWidth: 110, cell: ({ since }: Alarm) => time(since) },
          { id: "meaning", header: t.meaning, minWidth: 220, cell: ({ description }: Alarm) => <Text of={description} /> },
        ]}
      />
    </ExpandableSection>
  );
}
