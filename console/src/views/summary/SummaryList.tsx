import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { ApiError } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useMessages } from "../../i18n/language";
import { useDeployment } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import { statementsOf, summariesIn, type Summary } from "./summary_lines";
import styles from "./Summary.module.css";
import { Transcript } from "./Transcript";

const PAGE = 50;
const LARGEST = 50_000_000;

/** The summaries of a job, and the one that is chosen. They are loaded once for each generation. */
export function SummaryList({ jobId, address, generation }: { jobId: string; address: string; generation: string }) {
  const t = useMessages(messages);
  const { config } = useDeployment();
  const [params, setParams] = useSearchParams();
  const [all, setAll] = useState<Summary[]>();
  const [error, setError] = useState<unknown>();
  const [page, setPage] = useState(0);
  const [turn, setTurn] = useState<{ number: number }>();
  const newest = useRef(address);
  newest.current = address;
  useEffect(() => {
    const stop = new AbortController();
    read(sameOrigin(newest.current, config.files), t.tooLarge, stop.signal).then(setAll, (failure: unknown) => {
      if (!stop.signal.aborted) setError(failure);
    });
    return () => stop.abort();
  }, [generation, config, t]);

  const outcome = params.get("outcome") ?? "";
  const chosen = (all ?? []).find((each) => each.source === params.get("source"));
  const isReading = params.has("transcript") && chosen?.record_id !== undefined;
  function change(changes: Record<string, string | undefined>) {
    const kept = new Map(params);
    for (const [name, value] of Object.entries(changes)) {
      if (value) kept.set(name, value);
      else kept.delete(name);
    }
    setParams([...kept], { replace: true });
  }
  function choose(summary: Summary | undefined) {
    setTurn(undefined);
    change({ source: summary?.source });
  }
  const found = (all ?? []).filter((each) => !outcome || each.outcome === outcome);
  const outcomes = [...new Set((all ?? []).map((each) => each.outcome))];
  const options = [
    { value: "", label: t.anyOutcome },
    ...outcomes.map((each) => ({ value: each, label: t.outcomeNames[each] ?? each })),
  ];
  if (error !== undefined) {
    return (
      <Alert type="error" header={t.summariesFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  return (
    <div className={isReading ? styles.reading : styles.summaries}>
      <Table
        wrapLines
        items={found.slice(page * PAGE, (page + 1) * PAGE)}
        loading={!all}
        loadingText={t.loading}
        ariaLabels={{ tableLabel: t.summaries, selectionGroupLabel: t.summaries, itemSelectionLabel: (_, each) => each.source }}
        selectionType="single"
        selectedItems={chosen ? [chosen] : []}
        onSelectionChange={({ detail }) => choose(detail.selectedItems[0])}
        onRowClick={({ detail }) => choose(detail.item)}
        header={<Header variant="h2">{t.summaries}</Header>}
        empty={<Box variant="h3">{t.noMatch}</Box>}
        filter={
          <Select
            ariaLabel={t.outcome}
            options={options}
            selectedOption={options.find((each) => each.value === outcome) ?? null}
            onChange={({ detail }) => {
              change({ outcome: detail.selectedOption.value });
              setPage(0);
            }}
          />
        }
        pagination={
          found.length > PAGE && (
            <Pagination
              currentPageIndex={page + 1}
              pagesCount={Math.ceil(found.length / PAGE)}
              onChange={({ detail }) => setPage(detail.currentPageIndex - 1)}
            />
          )
        }
        columnDefinitions={[
          { id: "source", header: t.source, isRowHeader: true, minWidth: 120, cell: (each) => <Text of={each.source} /> },
          { id: "outcome", header: t.outcome, minWidth: 100, cell: (each) => t.outcomeNames[each.outcome] ?? <Text of={each.outcome} /> },
          {
            id: "summary",
            header: t.summary,
            minWidth: 140,
            cell: (each) => (
              <div className={styles.short}>
                <Text of={statementsOf(each.insights?.["summary"]).map(({ text }) => text).join(" ")} />
              </div>
            ),
          },
        ]}
      />
      <aside aria-label={t.summary}>
        {chosen ? (
          <SpaceBetween size="s">
            <OneSummary of={chosen} {...(isReading ? { jump: (number: number) => setTurn({ number }) } : {})} />
            {chosen.record_id && (
              <Button onClick={() => change({ transcript: isReading ? undefined : "shown" })}>
                {isReading ? t.hideTranscript : t.showTranscript}
              </Button>
            )}
          </SpaceBetween>
        ) : (
          <Box color="text-body-secondary">{t.choose}</Box>
        )}
      </aside>
      {isReading && <Transcript jobId={jobId} recordId={chosen.record_id!} turn={turn} />}
    </div>
  );
}

/** `jump` shows a turn of the transcript. */
export function OneSummary({ of, jump }: { of: Summary; jump?: (turn: number) => void }) {
  const t = useMessages(messages);
  const { coverage, unsupported = [] } = of;
  return (
    <SpaceBetween size="s">
      <Box variant="h3">
        <Text of={of.source} />
      </Box>
      <Box color="text-body-secondary">{t.outcomeNames[of.outcome] ?? <Text of={of.outcome} />}</Box>
      {of.reason && (
        <Alert type="info" header={t.reason}>
          <Text of={of.reason} />
        </Alert>
      )}
      {of.roles_uncertain && <Box>{t.rolesUncertain}</Box>}
      {coverage && coverage.covered_turns < coverage.turns && <Box>{t.coverage(coverage.covered_turns, coverage.turns)}</Box>}
      {Object.entries(of.insights ?? {}).map(([name, insight]) => (
        <div key={name}>
          <Box variant="h4">
            <Text of={name.replaceAll("_", " ")} />
          </Box>
          <ul>
            {statementsOf(insight).map(({ text, turns }, index) => (
              <li key={index}>
                <Text of={text} />{" "}
                {turns.length > 0 &&
                  (jump ? (
                    turns.map((turn) => (
                      <button key={turn} type="button" className={styles.turn} onClick={() => jump(turn)}>
                        {t.turns([turn])}
                      </button>
                    ))
                  ) : (
                    <span className={styles.turns}>({t.turns(turns)})</span>
                  ))}
              </li>
            ))}
          </ul>
        </div>
      ))}
      {unsupported.length > 0 && (
        <Alert type="warning" header={t.unsupported}>
          <ul>
            {unsupported.map((each, index) => (
              <li key={index}>
                <Text of={[each.insight, each.text, each.why].filter(Boolean).join(": ")} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </SpaceBetween>
  );
}

async function read(address: string, tooLarge: string, signal: AbortSignal): Promise<Summary[]> {
  const reply = await fetch(address, { signal });
  if (!reply.ok) throw new ApiError(`${reply.status}`, reply.status);
  if (Number(reply.headers.get("Content-Length")) > LARGEST) throw new ApiError(tooLarge);
  return summariesIn(await reply.text());
}
