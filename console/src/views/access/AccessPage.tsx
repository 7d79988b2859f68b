import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { ExplanationDialog } from "./ExplanationDialog";
import { messages } from "./messages";

type Subscription = Schemas["ListedSubscription"];
type View = "own" | "review";
type Decision = Schemas["AccessDecision"]["decision"];

const KINDS: Record<Subscription["status"], StatusIndicatorProps.Type> = {
  WAITING: "pending",
  IN_FORCE: "success",
  ENDED: "stopped",
  REFUSED: "error",
};
const WHILE_WAITING = 5_000;
const AT_REST = 60_000;

interface Actions {
  explain: (of: Subscription) => void;
  decide: (of: Subscription, decision: Decision) => void;
  revoke: (of: Subscription) => void;
}

export default function AccessPage() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [view, setView] = useState<View>("own");
  const [explained, setExplained] = useState<Subscription>();
  const [revoking, setRevoking] = useState<Subscription>();
  const [busy, setBusy] = useState(false);
  const load = useCallback(
    async (signal: AbortSignal) => (await answer(api.GET("/subscriptions", { params: { query: { view } }, signal }))).subscriptions,
    [api, view],
  );
  const { value, error, loading, reload } = useLive(load, (found) =>
    found.some(({ status }) => status === "WAITING") ? WHILE_WAITING : AT_REST,
  );

  async function decide({ subscription_id }: Subscription, decision: Decision) {
    try {
      const params = { path: { subscription_id } };
      await answer(api.POST("/subscriptions/{subscription_id}/decision", { params, body: { decision } }));
      notify("success", decision === "approve" ? t.approved : t.refused);
    } catch (refused) {
      fail(t.failed, refused);
    }
    reload();
  }

  async function revoke({ subscription_id }: Subscription) {
    setBusy(true);
    try {
      await answer(api.POST("/subscriptions/{subscription_id}/revoke", { params: { path: { subscription_id } }, body: {} }));
      notify("success", t.revoked);
    } catch (refused) {
      fail(t.failed, refused);
    }
    setBusy(false);
    setRevoking(undefined);
    reload();
  }

  const columns = useColumns(view, {
    explain: setExplained,
    decide: (of, decision) => void decide(of, decision),
    revoke: setRevoking,
  });
  return (
    <SpaceBetween size="l">
      {error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      <Table
        variant={narrow ? "borderless" : "container"}
        wrapLines
        trackBy="subscription_id"
        items={value ?? []}
        loading={loading}
        loadingText={t.loading}
        columnDefinitions={narrow ? columns.filter(({ id }) => id !== "purpose" && id !== "until") : columns}
        ariaLabels={{ tableLabel: t.title }}
        header={
          <Header variant="h1" description={narrow ? undefined : t.description}>
            {t.title}
          </Header>
        }
        filter={
          <SegmentedControl
            selectedId={view}
            label={t.title}
            options={[
              { id: "own", text: t.own },
              { id: "review", text: t.review },
            ]}
            onChange={({ detail }) => setView(detail.selectedId as View)}
          />
        }
        empty={
          <Box textAlign="center" padding="l" variant="h2">
            {view === "own" ? t.none : t.noneReview}
          </Box>
        }
      />
      {explained && <ExplanationDialog subscriptionId={explained.subscription_id} onClose={() => setExplained(undefined)} />}
      {revoking && (
        <ConfirmDialog
          header={t.revokeTitle}
          action={revoking.status === "WAITING" ? t.withdraw : t.revoke}
          cancel={t.cancel}
          busy={busy}
          onConfirm={() => void revoke(revoking)}
          onCancel={() => setRevoking(undefined)}
        >
          {t.revokeDetail}
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}

function useColumns(view: View, { explain, decide, revoke }: Actions): TableProps.ColumnDefinition<Subscription>[] {
  const t = useMessages(messages);
  const { time } = useFormats();
  return [
    { id: "product", header: t.product, isRowHeader: true, minWidth: 160, cell: (each) => <Text of={each.product_name} /> },
    {
      id: "who",
      header: t.who,
      minWidth: 150,
      cell: ({ user, group }) => <Text of={group === undefined ? (user ?? "") : t.group(group)} />,
    },
    {
      id: "status",
      header: t.status,
      minWidth: 150,
      cell: ({ status, reason, ends_soon }) => (
        <StatusIndicator type={ends_soon ? "warning" : KINDS[status]}>
          {t.statuses[status]}
          {reason && `: ${t.reasons[reason]}`}
          {ends_soon && `. ${t.endsSoon}`}
        </StatusIndicator>
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
      id: "actions",
      header: t.action,
      minWidth: 180,
      cell: (each) => {
        const of = shown(each.product_name);
        const open = each.status === "WAITING" || each.status === "IN_FORCE";
        return (
          <SpaceBetween direction="horizontal" size="xs">
            {view === "review" && each.status === "WAITING" && (
              <>
                <Button variant="primary" ariaLabel={`${t.approve}: ${of}`} onClick={() => decide(each, "approve")}>
                  {t.approve}
                </Button>
                <Button ariaLabel={`${t.refuse}: ${of}`} onClick={() => decide(each, "refuse")}>
                  {t.refuse}
                </Button>
              </>
            )}
            {open && (view === "own" || each.status === "IN_FORCE") && (
              <Button ariaLabel={`${each.status === "WAITING" ? t.withdraw : t.revoke}: ${of}`} onClick={() => revoke(each)}>
                {each.status === "WAITING" ? t.withdraw : t.revoke}
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
}
