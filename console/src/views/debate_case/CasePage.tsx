import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useMemo, useRef, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages as runMessages } from "../debates/messages";
import styles from "./Case.module.css";
import { messages } from "./messages";
import { piecesOf, spanAt, spansOf } from "./pieces";

type Details = Schemas["CaseDetails"];
type Technique = Details["techniques"][number];
type Unit = Schemas["DebateUnit"];

const WHILE_MOVING = 3_000;
const AT_REST = 600_000;

/** One case: what was said, beside its document. */
export default function CasePage() {
  const t = useMessages(messages);
  const api = useApi();
  const { runId = "", number = "" } = useParams();
  const load = useCallback(
    (signal: AbortSignal) =>
      answer(api.GET("/debates/{run_id}/cases/{number}", { params: { path: { run_id: runId, number } }, signal })),
    [api, runId, number],
  );
  const { value, error } = useLive(load, ({ techniques }) =>
    techniques.every((each) => each.verdict) ? AT_REST : WHILE_MOVING,
  );
  return (
    <SpaceBetween size="l">
      <Link to={`/debates/${runId}`}>{t.back}</Link>
      {value ? (
        <Conversation of={value} />
      ) : error === undefined ? (
        <StatusIndicator type="loading">{t.loading}</StatusIndicator>
      ) : (
        <Alert type="error" header={t.failed}>
          <ErrorText error={error} />
        </Alert>
      )}
    </SpaceBetween>
  );
}

export function Conversation({ of }: { of: Details }) {
  const t = useMessages(messages);
  const { techniqueNames } = useMessages(runMessages);
  const [params, setParams] = useSearchParams();
  const [place, setPlace] = useState<number>();
  const document = useRef<HTMLDivElement>(null);
  const wanted = params.get("technique");
  const technique = of.techniques.find((each) => each.technique === wanted) ?? of.techniques.at(-1);
  const spans = useMemo(() => {
    const said = technique?.units.flatMap((unit) => unit.said) ?? [];
    const quotes = said.flatMap((each) => each.quotes.filter(({ likeness }) => likeness === "exact"));
    return spansOf(of.document, quotes.flatMap((each) => each.places as [number, number][]));
  }, [of.document, technique]);

  function jump(to: number) {
    const found = spanAt(spans, to);
    setPlace(found);
    const mark = document.current?.querySelector<HTMLElement>(`[data-place="${found}"]`);
    mark?.scrollIntoView({ block: "center" });
    mark?.focus({ preventScroll: true });
  }

  return (
    <SpaceBetween size="m">
      <Header variant="h1">
        <Text of={of.id} />
      </Header>
      <Text of={of.question} />
      <div className={styles.answers}>
        {(["A", "B"] as const).map((side) => (
          <section key={side} aria-label={t.answer(side)}>
            <Box variant="h3">
              {t.answer(side)}
              {of.label === side && ` – ${t.right}`}
            </Box>
            <Text of={side === "A" ? of.answer_a : of.answer_b} />
          </section>
        ))}
      </div>
      {of.techniques.length > 1 && (
        <SegmentedControl
          label={t.technique}
          selectedId={technique?.technique ?? null}
          options={of.techniques.map((each) => ({ id: each.technique, text: techniqueNames[each.technique] }))}
          onChange={({ detail }) => setParams({ technique: detail.selectedId }, { replace: true })}
        />
      )}
      <div className={styles.beside}>
        <div>{technique && <Said of={technique} label={of.label} jump={jump} />}</div>
        <section aria-label={t.document} className={styles.documentColumn}>
          <Box variant="h2">{t.document}</Box>
          <div ref={document} className={styles.document} dir="auto" tabIndex={0}>
            {spans.map((span, key) =>
              span.place === undefined ? (
                <Text key={key} of={span.text} />
              ) : (
                <mark key={key} data-place={span.place} tabIndex={-1} className={span.place === place ? styles.chosen : styles.quoted}>
                  <Text of={span.text} />
                </mark>
              ),
            )}
          </div>
        </section>
      </div>
    </SpaceBetween>
  );
}

function Said({ of, label, jump }: { of: Technique; label: string | undefined; jump: (to: number) => void }) {
  const t = useMessages(messages);
  return (
    <SpaceBetween size="m">
      <Verdict of={of} label={label} />
      {of.units.map((unit) => (
        <OneUnit key={unit.name} of={unit} jump={jump} />
      ))}
      {of.units.every((unit) => unit.said.length + unit.votes.length === 0) && <Box color="text-body-secondary">{t.nothingYet}</Box>}
    </SpaceBetween>
  );
}

function Verdict({ of: { verdict }, label }: { of: Technique; label: string | undefined }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  if (!verdict) return <StatusIndicator type="in-progress">{t.atWork}</StatusIndicator>;
  const { side, votes, reason } = verdict;
  const counted = t.votes(number(votes["A"] ?? 0), number(votes["B"] ?? 0), number(votes["none"] ?? 0));
  if (!side) {
    return (
      <StatusIndicator type="warning">
        {t.undecided} <Text of={reason ? `(${t.reasons[reason] ?? reason})` : ""} /> {counted}
      </StatusIndicator>
    );
  }
  const kind = label === undefined ? "info" : label === side ? "success" : "error";
  return (
    <StatusIndicator type={kind}>
      {t.won(side)} {label !== undefined && (label === side ? t.isRight : t.isWrong)} {counted}
    </StatusIndicator>
  );
}

function OneUnit({ of, jump }: { of: Unit; jump: (to: number) => void }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  return (
    <section aria-label={of.name}>
      <SpaceBetween size="s">
        {of.speakers.length > 0 && (
          <Box variant="h3">
            {of.speakers.map(({ side, model_id }) => (
              <div key={side}>
                <Text of={model_id} /> {t.arguesFor(side)}
              </div>
            ))}
          </Box>
        )}
        {of.said.map((each) => (
          <article key={`${each.round}-${each.side}`} className={each.side === "A" ? styles.sideA : styles.sideB}>
            <Box variant="awsui-key-label">
              {t.round(number(each.round))}, {t.answer(each.side)}
              {each.was_cut && ` – ${t.cut}`}
            </Box>
            <div dir="auto">
              {piecesOf(each.text, each.quotes).map(({ text, quote }, key) => {
                const start = quote?.likeness === "exact" ? quote.places[0]?.[0] : undefined;
                if (!quote) return <Text key={key} of={text} />;
                if (start === undefined) {
                  return (
                    <span key={key} className={styles.unverified} title={t.unverified}>
                      “<Text of={text} />”
                    </span>
                  );
                }
                return (
                  <button key={key} type="button" className={styles.verified} title={t.verified} onClick={() => jump(start)}>
                    “<Text of={text} />” ✓
                  </button>
                );
              })}
            </div>
          </article>
        ))}
        {of.votes.length > 0 && (
          <ExpandableSection headerText={t.votesOf(number(of.votes.length))}>
            <SpaceBetween size="s">
              {of.votes.map((vote, key) => (
                <div key={key}>
                  <Box variant="awsui-key-label">
                    {vote.side ? t.votedFor(vote.side) : t.undecided}, {t.sawFirst(vote.first)}
                  </Box>
                  <Text of={vote.reasoning || (vote.reason ? (t.reasons[vote.reason] ?? vote.reason) : "")} />
                </div>
              ))}
            </SpaceBetween>
          </ExpandableSection>
        )}
      </SpaceBetween>
    </section>
  );
}
