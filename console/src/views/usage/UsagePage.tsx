import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { type ReactNode, useCallback, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useLanguage, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { useViewAt } from "../../shell/views";
import { Text } from "../../text/Text";
import { DayChart } from "./DayChart";
import { everyDay } from "./days";
import { messages } from "./messages";
import styles from "./Usage.module.css";

type Measures = Schemas["Measures"];
type Measure = keyof Measures;

const PERIODS = [7, 30, 90, 365];
const MINUTES = 300_000;
const NOTHING: Measures = { calls: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 };
const WARNING = 0.8;

/** What was used, and what it cost: the caller's own, and to operators everybody's. */
export default function UsagePage() {
  const t = useMessages(messages);
  const api = useApi();
  const { number } = useFormats();
  const { money, day } = useMoneyAndDays();
  const [params, setParams] = useSearchParams();
  const days = Number(params.get("days")) || 30;
  const [measure, setMeasure] = useState<Measure>("cost_usd");
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/usage", { params: { query: { days } }, signal })),
    [api, days],
  );
  const { value: usage, error } = useLive(load, () => MINUTES);

  const names: Record<Measure, string> = { cost_usd: t.cost, calls: t.calls, input_tokens: t.input, output_tokens: t.output };
  const shown = (which: Measure, value: number) => (which === "cost_usd" ? money(value) : number(value));
  const measures = Object.keys(names) as Measure[];
  const periods = PERIODS.map((each) => ({ value: String(each), label: t.days(each) }));
  const chosen = measures.map((each) => ({ value: each, label: names[each] }));

  const table = <T extends Measures>(title: string, items: T[], name: (item: T) => ReactNode) => (
    <Table
      variant="container"
      wrapLines
      items={items}
      ariaLabels={{ tableLabel: title }}
      header={<Header variant="h2">{title}</Header>}
      empty={t.none}
      columnDefinitions={[
        { id: "name", header: title, isRowHeader: true, minWidth: 120, cell: name },
        ...measures.map((each) => ({
          id: each,
          header: names[each],
          cell: (item: T) => shown(each, item[each]),
        })),
      ]}
    />
  );

  const all = usage && everyDay(usage.from, usage.to, usage.days, NOTHING);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={t.description}
        actions={
          <Select
            ariaLabel={t.period}
            options={periods}
            selectedOption={periods.find((each) => each.value === String(days)) ?? { value: String(days), label: t.days(days) }}
            onChange={({ detail }) => setParams({ days: detail.selectedOption.value! }, { replace: true })}
          />
        }
      >
        {t.title}
      </Header>
      {error !== undefined && (
        <Alert type="error" header={t.failed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {!usage && error === undefined && <StatusIndicator type="loading">{t.loading}</StatusIndicator>}
      {usage && all && (
        <SpaceBetween size="l">
          {usage.budget && usage.budget.limit_usd > 0 && <Budget of={usage.budget} />}
          <Container header={<Header variant="h2">{t.total}</Header>}>
            <ColumnLayout columns={4} variant="text-grid">
              {measures.map((each) => (
                <div key={each}>
                  <Box variant="awsui-key-label">{names[each]}</Box>
                  <Box variant="h3" tagOverride="div">
                    {shown(each, usage.total[each])}
                  </Box>
                </div>
              ))}
            </ColumnLayout>
            {usage.total.calls === 0 && <Box color="text-body-secondary">{t.none}. {t.noneDetail}</Box>}
          </Container>
          <Container
            header={
              <Header
                variant="h2"
                actions={
                  <Select
                    ariaLabel={t.measure}
                    options={chosen}
                    selectedOption={chosen.find((each) => each.value === measure)!}
                    onChange={({ detail }) => setMeasure(detail.selectedOption.value as Measure)}
                  />
                }
              >
                {t.perDay}
              </Header>
            }
          >
            <DayChart
              label={`${names[measure]}, ${t.perDay}`}
              days={all.map((each) => ({ day: each.day, value: each[measure] }))}
              shown={(value) => shown(measure, value)}
              dayShown={day}
            />
            <ExpandableSection headerText={t.table}>{table(t.day, usage.days, (each) => day(each.day))}</ExpandableSection>
          </Container>
          <div className={styles.tables}>
            {table(t.capability, usage.capabilities, ({ capability }) => (
              <Text of={Object.hasOwn(t.capabilities, capability) ? t.capabilities[capability]! : capability} />
            ))}
            {table(t.user, usage.users, ({ user, subject }) => (
              <Text of={user ?? subject} />
            ))}
            {table(t.document, usage.documents, (each) => (
              <DocumentOf id={each.document_id} name={each.file_name} />
            ))}
            {usage.interventions.length > 0 && (
              <Counts title={t.interventions} name={t.kind} rows={usage.interventions.map((each) => [each.type, each.count])} />
            )}
            {usage.failures.length > 0 && (
              <Counts title={t.failures} name={t.error} rows={usage.failures.map((each) => [each.error, each.count])} />
            )}
          </div>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function DocumentOf({ id, name }: { id: string; name?: string }) {
  const t = useMessages(messages);
  const linked = useViewAt("/documents/1");
  if (name === undefined) return t.unnamed;
  return linked ? (
    <Link to={`/documents/${id}`}>
      <Text of={name} />
    </Link>
  ) : (
    <Text of={name} />
  );
}

function Counts({ title, name, rows }: { title: string; name: string; rows: [string, number][] }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  return (
    <Table
      variant="container"
      wrapLines
      items={rows}
      ariaLabels={{ tableLabel: title }}
      header={<Header variant="h2">{title}</Header>}
      columnDefinitions={[
        { id: "name", header: name, isRowHeader: true, cell: ([each]) => <Text of={each} /> },
        { id: "count", header: t.count, cell: ([, count]) => number(count) },
      ]}
    />
  );
}

export function Budget({ of: { month, used_usd, limit_usd } }: { of: NonNullable<Schemas["Usage"]["budget"]> }) {
  const t = useMessages(messages);
  const { money } = useMoneyAndDays();
  const share = used_usd / limit_usd;
  const words = share >= 1 ? t.budgetUsedUp : share >= WARNING ? t.budgetWarning : undefined;
  return (
    <Container header={<Header variant="h2">{t.budget}</Header>}>
      <SpaceBetween size="s">
        <ProgressBar
          ariaLabel={t.budget}
          value={Math.min(100, Math.round(100 * share))}
          additionalInfo={t.budgetOf(money(used_usd), money(limit_usd), month)}
        />
        {words && <StatusIndicator type={share >= 1 ? "error" : "warning"}>{words}</StatusIndicator>}
      </SpaceBetween>
    </Container>
  );
}

function useMoneyAndDays() {
  const language = useLanguage();
  const dollars = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: 2 });
  const cents = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumSignificantDigits: 2 });
  const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  return {
    // An answer costs less than a cent.
    money: (value: number) => (value > 0 && value < 1 ? cents : dollars).format(value),
    day: (iso: string) => date.format(new Date(iso)),
  };
}
