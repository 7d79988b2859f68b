import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { type ReactNode, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { ExplanationDialog } from "./ExplanationDialog";
import { messages } from "./messages";

type Subscription = Schemas["ListedSubscription"];
type Decision = Schemas["AccessDecision"]["decision"];
/** What is shown, and what can be done with it: a user's own requests, those for them to decide, or those of a product. */
export type Shown = "own" | "review" | "product";

const KINDS: Record<Subscription["status"], StatusIndicatorProps.Type> = {
  WAITING: "pending",
  IN_FORCE: "success",
  ENDED: "stopped",
  REFUSED: "error",
  FAILED: "error",
};

interface Props {
  what: Shown;
  subscriptions: Subscription[] | undefined;
  loading: boolean;
  onChanged: () => void;
  header: ReactNode;
  filter?: ReactNode;
  empty: string;
}

/** Requests and grants: who, until when, what for, and why. */
export function AccessTable({ what, subscriptions, loading, onChanged, header, filter, empty }: Props) {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [explained, setExplained] = useState<Subscription>();
  const [revoking, setRevoking] = useState<Subscription>();
  const [busy, setBusy] = useState(false);

  async function act(doing: Promise<unknown>, done: string) {
    setBusy(true);
    try {
      await doing;
      notify("success", done);
    } catch (refused) {
      fail(t.failed, refused);
    }
    setBusy(false);
    setRevoking(undefined);
    onChanged();
  }

  function decide({ subscription_id }: Subscription, decision: Decision) {
    const params = { path: { subscription_id } };
    const asked = answer(api.POST("/subscriptions/{subscription_id}/decision", { params, body: { decision } }));
    void act(asked, decision === "approve" ? t.approved : t.refused);
  }

  function revoke({ subscription_id }: Subscription) {
    void act(answer(api.POST("/subscriptions/{subscription_id}/revoke", { params: { path: { subscription_id } }, body: {} })), t.revoked);
  }

  function restart({ subscription_id }: Subscription) {
    void act(answer(api.POST("/subscriptions/{subscription_id}/restart", { params: { path: { subscription_id } } })), t.restarted);
  }

  const columns = useColumns(what, { explain: setExplained, decide, revoke: setRevoking, restart });
  return (
    <>
      <Table
        variant={narrow ? "borderless" : "container"}
        wrapLines
        trackBy="subscription_id"
        items={subscriptions ?? []}
        loading={loading}
        loadingText={t.loading}
        columnDefinitions={narrow ? columns.filter(({ id }) => !["purpose", "until", "approvals"].includes(id!)) : columns}
        ariaLabels={{ tableLabel: t.title }}
        header={header}
        filter={filter}
        empty={
          <Box textAlign="center" padding="l" variant="h2">
            {empty}
          </Box>
        }
      />
      {explained && <ExplanationDialog subscriptionId={explained.subscription_id} onClose={() => setExplained(undefined)} />}
      {revoking && (
        <ConfirmDialog
          header={t.revokeTitle}
          action={revoking.status === "IN_FORCE" ? t.revoke : t.withdraw}
          cancel={t.cancel}
          busy={busy}
          onConfirm={() => revoke(revoking)}
          onCancel={() => setRevoking(undefined)}
        >
          {t.revokeDetail}
        </ConfirmDialog>
      )}
    </>
  );
}

interface Actions {
  explain: (of: Subscription) => void;
  decide: (of: Subscription, decision: Decision) => void;
  revoke: (of: Subscription) => void;
  restart: (of: Subscription) => void;
}

function useColumns(what: Shown, { explain, decide, revoke, restart }: Actions): TableProps.ColumnDefinition<Subscription>[] {
  const t = useMessages(messages);
  const { time } = useFormats();
  const all: TableProps.ColumnDefinition<Subscription>[] = [
    { id: "product", header: t.product, isRowHeader: what !== "product", minWidth: 160, cell: (each) => <Text of={each.product_name} /> },
    {
      id: "who",
      header: t.who,
      isRowHeader: what === "product",
      minWidth: 150,
      cell: ({ user, group }) => <Text of={group === undefined ? (user ?? "") : t.group(group)} />,
    },
    {
      id: "status",
      header: t.status,
      minWidth: 150,
      cell: ({ status, reason, ends_soon, error }) => (
        <>
          <StatusIndicator type={ends_soon ? "warning" : KINDS[status]}>
            {t.statuses[status]}
            {reason && `: ${t.reasons[reason]}`}
            {ends_soon && `. ${t.endsSoon}`}
          </StatusIndicator>
          {error && (
            <Box variant="small" color="text-body-secondary" display="block">
              <Text of={error.message} />
            </Box>
          )}
        </>
      ),
    },
    {
      id: "until",
      header: t.until,
      minWidth: 140,
      cell: ({ ends_at }) => <Text of={time(new Date((ends_at - 1) * 1000).toISOString())} />,
    },
    { id: "purpose", header: t.purpose, minWidth: 160, cell: ({ purpose }) => <Text of={purpose} /> },
    {
      id: "approvals",
      header: t.decidedBy,
      minWidth: 160,
      cell: (each) => (
        <>
          {each.approvals.map(({ role, user }) => (
            <Box key={role} variant="small" display="block">
              {t.roles[role]}: <Text of={user} />
            </Box>
          ))}
          {each.policies.map((name) => (
            <Box key={name} variant="small" color="text-body-secondary" display="block">
              <Text of={name} />
            </Box>
          ))}
        </>
      ),
    },
    {
      id: "actions",
      header: t.action,
      minWidth: 180,
      cell: (each) => {
        const of = `${shown(each.product_name)}, ${shown(each.user ?? each.group ?? "")}`;
        const isOpen = each.status === "WAITING" || each.status === "FAILED";
        return (
          <SpaceBetween direction="horizontal" size="xs">
            {what === "review" && each.status === "WAITING" && (
              <>
                <Button variant="primary" ariaLabel={`${t.approve}: ${of}`} onClick={() => decide(each, "approve")}>
                  {t.approve}
                </Button>
                <Button ariaLabel={`${t.refuse}: ${of}`} onClick={() => decide(each, "refuse")}>
                  {t.refuse}
                </Button>
              </>
            )}
            {each.status === "FAILED" && (
              <Button ariaLabel={`${t.restart}: ${of}`} onClick={() => restart(each)}>
                {t.restart}
              </Button>
            )}
            {((isOpen && what === "own") || each.status === "IN_FORCE") && (
              <Button ariaLabel={`${isOpen ? t.withdraw : t.revoke}: ${of}`} onClick={() => revoke(each)}>
                {isOpen ? t.withdraw : t.revoke}
              </Button>
            )}
            <Button variant="inline-link" ariaLabel={`${t.why} ${of}`} onClick={() => explain(each)}>
              {t.why}
            </Button>
          </SpaceBetween>
        );
      },
    },
  ];
  return all.filter(({ id }) => id !== (what === "product" ? "product" : "approvals"));
}
