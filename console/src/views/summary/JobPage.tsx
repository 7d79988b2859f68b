import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useLanguage, useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { isMoving, JobStatus } from "../summaries/JobStatus";
import { messages } from "./messages";
import { SummaryList } from "./SummaryList";

const WHILE_MOVING = 3_000;
// The links of a job are valid for five minutes.
const AT_REST = 240_000;

/** One job: how far it is, its report and its summaries. */
export default function JobPage() {
  const t = useMessages(messages);
  const { number } = useFormats();
  const language = useLanguage();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const navigate = useNavigate();
  const { jobId = "" } = useParams();
  const [removing, setRemoving] = useState(false);
  const params = { path: { job_id: jobId } };
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/summaries/{job_id}", { params: { path: { job_id: jobId } }, signal })),
    [api, jobId],
  );
  const { value: job, error, reload } = useLive(load, ({ status }) => (isMoving(status) ? WHILE_MOVING : AT_REST));

  async function stop() {
    try {
      const { charged } = await answer(api.POST("/summaries/{job_id}/stop", { params }));
      const dollars = new Intl.NumberFormat(language, { style: "currency", currency: "USD" });
      const cost = charged.usd === null ? undefined : t.charged(dollars.format(charged.usd));
      notify("info", t.stopped(charged.requests, charged.of), cost);
    } catch (error) {
      fail(t.stopFailed, error);
    }
    reload();
  }
  async function remove() {
    setRemoving(false);
    try {
      await answer(api.DELETE("/summaries/{job_id}", { params }));
      void navigate("/summaries");
    } catch (error) {
      fail(t.removeFailed, error);
    }
  }

  if (!job) {
    return error === undefined ? (
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    ) : (
      <Alert type="error" header={t.failed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  return (
    <SpaceBetween size="l">
      <Link to="/summaries">{t.back}</Link>
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {isMoving(job.status) && <Button onClick={() => void stop()}>{t.stop}</Button>}
            {!isMoving(job.status) && <Button onClick={() => setRemoving(true)}>{t.remove}</Button>}
            {job.links && (
              <Button iconName="download" href={job.links.summaries} target="_blank">
                {t.download}
              </Button>
            )}
            {job.links && (
              // The bucket's own address: below /files a page may neither run nor be styled.
              <Button variant="primary" iconName="external" href={job.links.report_page} target="_blank">
                {t.report}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        <Text of={job.name} />
      </Header>
      <JobStatus of={job.status} />
      {job.error && (
        <Alert type="error" header={t.error}>
          <Text of={job.error.message} />
        </Alert>
      )}
      {isMoving(job.status) && <Progress job={job} />}
      {job.counts && (
        <section aria-label={t.outcomes}>
          <KeyValuePairs
            columns={4}
            items={Object.entries(job.counts).map(([outcome, count]) => ({
              label: t.outcomeNames[outcome] ?? outcome,
              value: number(count),
            }))}
          />
        </section>
      )}
      {job.withheld && <Alert type="info">{t.withheld}</Alert>}
      {job.links && <SummaryList jobId={jobId} address={job.links.summaries} generation={job.generation} />}
      {removing && (
        <ConfirmDialog
          header={t.confirmRemove}
          action={t.remove}
          cancel={t.cancel}
          onConfirm={() => void remove()}
          onCancel={() => setRemoving(false)}
        >
          {t.removeDetail}
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}

function Progress({ job: { progress, batch } }: { job: Schemas["JobDetails"] }) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const { done, of, at } = progress ?? {};
  return (
    <SpaceBetween size="s">
      {of !== undefined && of > 0 && (
        <ProgressBar
          label={t.progress}
          value={Math.round((100 * (done ?? 0)) / of)}
          additionalInfo={t.progressOf(done ?? 0, of, time(at ?? ""))}
        />
      )}
      {batch && (
        <div>
          <Box variant="awsui-key-label">{t.batch}</Box>
          <Text of={t.batchOf(batch.status, batch.processedRecordCount ?? 0, batch.totalRecordCount ?? 0, time(batch.at))} />
          {batch.message && (
            <div>
              <Text of={batch.message} />
            </div>
          )}
        </div>
      )}
    </SpaceBetween>
  );
}
