import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useLanguage, useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import { spanIn } from "./spans";

type Queue = Schemas["Queue"];

/** What waits in the dead-letter queues, and a button that replays the events among it. */
export function QueuesTable({ queues, onReplayed }: { queues: Queue[]; onReplayed: () => void }) {
  const t = useMessages(messages);
  const language = useLanguage();
  const { number } = useFormats();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [busy, setBusy] = useState(false);

  async function replay() {
    setBusy(true);
    try {
      const { count, more } = await answer(api.POST("/operations/replay", {}));
      notify("success", t.replayed(count), more ? t.moreToReplay : undefined);
    } catch (problem) {
      fail(t.replayFailed, problem);
    }
    setBusy(false);
    onReplayed();
  }

  const waits = queues.some((each) => each.replayed && each.depth > 0);
  return (
    <Table
      variant="container"
      wrapLines
      items={queues}
      trackBy="name"
      ariaLabels={{ tableLabel: t.queues }}
      header={
        <Header
          variant="h2"
          actions={
            waits && (
              <Button loading={busy} onClick={() => void replay()}>
                {t.replay}
              </Button>
            )
          }
        >
          {t.queues}
        </Header>
      }
      columnDefinitions={[
        {
          id: "name",
          header: t.queue,
          isRowHeader: true,
          minWidth: 160,
          cell: ({ name }: Queue) => <Text of={t.queueNames[name] ?? name} />,
        },
        {
          id: "depth",
          header: t.depth,
          cell: ({ depth }: Queue) =>
            depth ? <StatusIndicator type="warning">{number(depth)}</StatusIndicator> : number(0),
        },
        {
          id: "oldest",
          header: t.oldest,
          cell: ({ depth, oldest_seconds }: Queue) => (depth && oldest_seconds ? spanIn(language, oldest_seconds) : "–"),
        },
      ]}
    />
  );
}
