import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import { BADLY_ENDED, type Choice, type ExecutionState } from "./choosing";
import { messages } from "./messages";
import styles from "./Operations.module.css";

type Counts = Schemas["WorkflowCounts"];

/** How many executions of each workflow ended how; a number leads to those executions. */
export function WorkflowsTable({ workflows, choice }: { workflows: Counts[]; choice: Choice | undefined }) {
  const t = useMessages(messages);
  const { number, time } = useFormats();
  const nameOf = (workflow: string) => t.workflowNames[workflow] ?? workflow;
  return (
    <Table
      variant="container"
      wrapLines
      items={workflows}
      trackBy="workflow"
      ariaLabels={{ tableLabel: t.workflows }}
      header={<Header variant="h2">{t.workflows}</Header>}
      columnDefinitions={[
        {
          id: "workflow",
          header: t.workflow,
          isRowHeader: true,
          minWidth: 140,
          cell: ({ workflow, since }: Counts) => (
            <>
              <Text of={nameOf(workflow)} />
              {since && (
                <Box fontSize="body-s" color="text-body-secondary">
                  {t.counted(time(since))}
                </Box>
              )}
            </>
          ),
        },
        ...(Object.keys(t.statuses) as ExecutionState[]).map((status) => ({
          id: status,
          header: t.statuses[status],
          cell: ({ workflow, counts }: Counts) => {
            const count = counts[status] ?? 0;
            if (!count) return number(0);
            const chosen = choice?.workflow === workflow && choice.status === status;
            return (
              <Link
                to={`?${new URLSearchParams({ workflow, status })}`}
                className={BADLY_ENDED.includes(status) ? styles.bad : undefined}
                aria-current={chosen || undefined}
                aria-label={t.showThese(nameOf(workflow), t.statuses[status] ?? status, number(count))}
              >
                {number(count)}
              </Link>
            );
          },
        })),
      ]}
    />
  );
}
