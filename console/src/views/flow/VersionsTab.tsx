import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { Differences } from "./Differences";
import { messages } from "./messages";

interface Props {
  flow: Schemas["FlowDetails"];
  onMoved: () => void;
}

/** The versions that are kept, and what differs between them. An editor can have an earlier one answer. */
export function VersionsTab({ flow, onMoved }: Props) {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const { time } = useFormats();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [wanted, setWanted] = useState<string>();
  const [isMoving, setMoving] = useState(false);

  async function move(version: string) {
    setMoving(true);
    try {
      await answer(api.PUT("/flows/{flow}/alias", { params: { path: { flow: flow.name } }, body: { version } }));
      notify("success", t.moved(version));
      onMoved();
    } catch (error) {
      fail(t.moveFailed, error);
    }
    setMoving(false);
    setWanted(undefined);
  }

  const columns: TableProps.ColumnDefinition<Schemas["FlowVersion"]>[] = [
    { id: "version", header: t.version, isRowHeader: true, minWidth: 80, cell: (each) => <Text of={each.version} /> },
    { id: "created", header: t.created, minWidth: 140, cell: (each) => time(each.created_at) },
    { id: "description", header: t.description, minWidth: 140, cell: (each) => <Text of={each.description ?? "–"} /> },
    {
      id: "answers",
      header: t.answersNow,
      minWidth: 160,
      cell: (each) => {
        if (each.answers) return <StatusIndicator type="success">{t.itAnswers}</StatusIndicator>;
        if (!flow.may_edit) return "–";
        return (
          <Button ariaLabel={t.letAnswerOf(each.version)} onClick={() => setWanted(each.version)}>
            {t.letAnswer}
          </Button>
        );
      },
    },
  ];

  return (
    <SpaceBetween size="xl">
      <Table
        variant="borderless"
        wrapLines
        trackBy="version"
        items={flow.versions}
        ariaLabels={{ tableLabel: t.tabs.versions }}
        empty={t.noVersions}
        columnDefinitions={narrow ? [columns[0]!, columns.at(-1)!] : columns}
      />
      {wanted !== undefined && (
        <ConfirmDialog
          header={t.letAnswerOf(wanted)}
          action={t.letAnswer}
          cancel={t.cancel}
          busy={isMoving}
          onConfirm={() => void move(wanted)}
          onCancel={() => setWanted(undefined)}
        >
          {t.letAnswerDetail}
        </ConfirmDialog>
      )}
      <Differences flow={flow} />
    </SpaceBetween>
  );
}
