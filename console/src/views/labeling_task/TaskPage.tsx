import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { answer, ApiError, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi, useDeployment } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { isMoving, TaskStatus } from "../labeling/TaskStatus";
import { AnnotatorsTable } from "./AnnotatorsTable";
import { ItemsTable } from "./ItemsTable";
import { messages } from "./messages";

type Task = Schemas["LabelTaskDetails"];

const [WHILE_MOVING, AT_REST] = [5_000, 60_000];
const FORMATS: NonNullable<Schemas["NewLabelExport"]["formats"]> = ["webvtt", "textgrid", "csv", "rttm"];

/** How far a task is, how much its people agree, and its items. */
export default function TaskPage() {
  const { taskId = "" } = useParams();
  const t = useMessages(messages);
  const api = useApi();
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/label-tasks/{task_id}", { params: { path: { task_id: taskId } }, signal })),
    [api, taskId],
  );
  const { value: task, error, reload } = useLive(load, ({ status, export: written }) =>
    isMoving(status) || written?.status === "EXPORTING" ? WHILE_MOVING : AT_REST,
  );
  if (!task) {
    return error === undefined ? (
      <Box textAlign="center" padding="xxl">
        <StatusIndicator type="loading">{t.loading}</StatusIndicator>
      </Box>
    ) : (
      <Alert type="error" header={t.loadFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  const judges = task.roles.some((role) => role !== "annotator");
  return (
    <SpaceBetween size="l">
      <TaskHeader task={task} />
      <Problems task={task} />
      {task.progress && <Progress task={task} />}
      {judges && task.annotators && <AnnotatorsTable annotators={task.annotators} />}
      {(task.status === "OPEN" || task.status === "DONE") && <ItemsTable taskId={taskId} judges={judges} />}
      {judges && (task.status === "OPEN" || task.status === "DONE") && <Export task={task} onStarted={reload} />}
    </SpaceBetween>
  );
}

function TaskHeader({ task }: { task: Task }) {
  const t = useMessages(messages);
  const api = useApi();
  const navigate = useNavigate();
  const { notify, fail } = useNotifications();
  const [busy, setBusy] = useState(false);
  async function claim() {
    setBusy(true);
    try {
      const { number } = await answer(api.POST("/label-tasks/{task_id}/claim", { params: { path: { task_id: task.task_id } }, body: {} }));
      void navigate(`/labeling/${task.task_id}/items/${number}`);
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && error.status === 404) notify("info", t.nothingLeft);
      else fail(t.claimFailed, error);
    }
  }
  return (
    <Header
      variant="h1"
      description={<TaskStatus of={task.status} />}
      actions={
        task.status === "OPEN" &&
        task.roles.includes("annotator") && (
          <Button variant="primary" loading={busy} onClick={() => void claim()}>
            {t.next}
          </Button>
        )
      }
    >
      <Text of={task.name} />
    </Header>
  );
}

function Problems({ task }: { task: Task }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const lists = [
    { header: t.problems(number(task.problem_count ?? task.problems?.length ?? 0)), lines: task.problems ?? [], type: "error" as const },
    { header: t.failures, lines: task.failures ?? [], type: "warning" as const },
  ];
  return (
    <>
      {task.error && (
        <Alert type="error" header={t.failed}>
          <Text of={task.error.message} />
        </Alert>
      )}
      {lists.map(
        ({ header, lines, type }) =>
          lines.length > 0 && (
            <Alert key={header} type={type} header={header}>
              <ul>
                {lines.map(({ line, reason }) => (
                  <li key={line}>
                    {t.line(number(line))}: <Text of={reason} />
                  </li>
                ))}
              </ul>
            </Alert>
          ),
      )}
    </>
  );
}

function Progress({ task }: { task: Task }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const { items, open, review, done, failed } = task.progress!;
  return (
    <Container header={<Header variant="h2">{t.progress}</Header>}>
      <SpaceBetween size="m">
        <ProgressBar value={items ? ((done + failed) / items) * 100 : 0} label={t.doneOf(number(done), number(items))} />
        <KeyValuePairs
          columns={4}
          items={[
            { label: t.open, value: number(open) },
            { label: t.inReview, value: number(review) },
            { label: t.done, value: number(done) },
            { label: t.failedItems, value: number(failed) },
            ...(task.agreement === undefined ? [] : [{ label: task.media === "text" ? t.agreementOfTexts : t.agreement, value: task.agreement === null ? "–" : number(Math.round(task.agreement * 1000) / 1000) }]),
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

interface ExportProps {
  task: Task;
  onStarted: () => void;
}

function Export({ task, onStarted }: ExportProps) {
  const t = useMessages(messages);
  const api = useApi();
  const { config } = useDeployment();
  const { fail } = useNotifications();
  const { number } = useFormats();
  const [busy, setBusy] = useState(false);
  const { export: of } = task;
  const isOfTexts = task.media === "text";
  async function start(formats: typeof FORMATS) {
    setBusy(true);
    try {
      await answer(api.POST("/label-tasks/{task_id}/export", { params: { path: { task_id: task.task_id } }, body: { formats } }));
      onStarted();
    } catch (error) {
      fail(t.exportFailed, error);
    } finally {
      setBusy(false);
    }
  }
  const actions = (
    <ButtonDropdown
      loading={busy || of?.status === "EXPORTING"}
      items={[
        { id: "manifest", text: t.exportManifest },
        { id: "all", text: isOfTexts ? t.exportCsv : t.exportAll },
      ]}
      onItemClick={({ detail }) => void start(detail.id !== "all" ? [] : isOfTexts ? ["csv"] : FORMATS)}
    >
      {t.exportNow}
    </ButtonDropdown>
  );
  return (
    <Container
      header={
        <Header variant="h2" actions={actions}>
          {t.export}
        </Header>
      }
    >
      {of ? (
        <SpaceBetween size="s">
          <StatusIndicator type={of.status === "EXPORTED" ? "success" : of.status === "FAILED" ? "error" : "in-progress"}>
            {t.exportStatuses[of.status]}
          </StatusIndicator>
          {of.error && <Text of={of.error.message} />}
          {of.missing && of.missing.length > 0 && <div>{t.missing(of.missing.map(number).join(", "))}</div>}
          {Object.entries(of.links ?? {}).map(([name, link]) => (
            <a key={name} href={sameOrigin(link, config.files)} download>
              <Text of={name} />
            </a>
          ))}
        </SpaceBetween>
      ) : (
        <Box color="text-body-secondary">{t.neverExported}</Box>
      )}
    </Container>
  );
}
