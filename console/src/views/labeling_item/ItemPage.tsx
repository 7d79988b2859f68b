import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { answer, ApiError, type Schemas } from "../../api/client";
import { useLanguage, useMessages } from "../../i18n/language";
import { useApi, useDeployment } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { ClipElement } from "./ClipElement";
import { Editor } from "./Editor";
import { clipName, ManifestLine } from "./ManifestLine";
import { messages } from "./messages";
import { openWork } from "./openWork";
import { type TaskSchema, titleOf } from "./task_schema";
import { TextEditor } from "./TextEditor";
import { useClip } from "./useClip";
import { useLinks } from "./useLinks";
import type { Work } from "./Work";

type Item = Schemas["LabelItem"];
type Media = Schemas["LabelMedia"];

interface Opened {
  item: Item;
  schema: TaskSchema;
  work: Work;
}

/** A claim is renewed so often at most; the shortest is valid for a minute, and then it is the saves that renew it. */
const RENEWED = 5 * 60_000;

/** One item, for who has claimed it. */
export default function ItemPage() {
  const { taskId = "", number = "" } = useParams();
  // Another item is another page: nothing of the one before stays.
  return <OneItem key={`${taskId} ${number}`} taskId={taskId} number={number} />;
}

function OneItem({ taskId, number }: { taskId: string; number: string }) {
  const t = useMessages(messages);
  const api = useApi();
  const { session } = useDeployment();
  const navigate = useNavigate();
  const { notify } = useNotifications();
  const { subject } = session.user;
  const [opened, setOpened] = useState<Opened>();
  const [state, setState] = useState<{ error?: unknown; closed?: Item }>({});
  const params = useMemo(() => ({ path: { task_id: taskId, number } }), [taskId, number]);

  useEffect(() => {
    let gone = false;
    let work: Work | undefined;
    async function open() {
      const [task, shown] = await Promise.all([
        answer(api.GET("/label-tasks/{task_id}", { params: { path: { task_id: taskId } } })),
        answer(api.GET("/label-tasks/{task_id}/items/{number}", { params })),
      ]);
      if (shown.answer && shown.answer.status !== "DRAFT") return setState({ closed: shown });
      let item = shown;
      if (!shown.claim?.held) {
        try {
          item = await answer(api.POST("/label-tasks/{task_id}/claim", { params: { path: { task_id: taskId } }, body: { number: Number(number) } }));
        } catch (error) {
          // Without a place for one more person, a draft is still there for its author.
          if (!shown.answer || !(error instanceof ApiError) || error.status < 400) throw error;
        }
      }
      if (!item.media && !item.text) throw new ApiError(item.failure ?? t.noMedia);
      const schema = task.schema as unknown as TaskSchema;
      work = await openWork(api, subject, schema, item);
      if (gone) work.saver.stop();
      else setOpened({ item, schema, work });
    }
    open().catch((error: unknown) => gone || setState({ error }));
    return () => {
      gone = true;
      const { saver } = work ?? {};
      void saver?.flush().finally(() => saver.stop());
    };
  }, [api, params, subject, taskId, number, t]);

  // Who listens without a change keeps the claim, too.
  useEffect(() => {
    if (!opened) return undefined;
    let active = false;
    const note = () => void (active = true);
    const timer = window.setInterval(() => {
      if (!active || document.hidden) return;
      active = false;
      // Where it fails, the next save tells whether the claim is lost.
      api.POST("/label-tasks/{task_id}/claim", { params: { path: { task_id: taskId } }, body: { number: Number(number) } }).catch(() => undefined);
    }, RENEWED);
    const flush = () => void opened.work.saver.flush();
    window.addEventListener("online", flush);
    document.addEventListener("visibilitychange", flush);
    document.addEventListener("keydown", note);
    document.addEventListener("pointerdown", note);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener("online", flush);
      document.removeEventListener("visibilitychange", flush);
      document.removeEventListener("keydown", note);
      document.removeEventListener("pointerdown", note);
    };
  }, [opened, api, taskId, number]);

  const submit = useCallback(async () => {
    const { saver } = opened!.work;
    await answer(api.POST("/label-tasks/{task_id}/items/{number}/submit", { params, body: { version: saver.state.draft.base } }));
    await saver.forget();
    try {
      const next = await answer(api.POST("/label-tasks/{task_id}/claim", { params: { path: { task_id: taskId } }, body: {} }));
      notify("success", t.submitted(number));
      void navigate(`/labeling/${taskId}/items/${next.number}`);
    } catch (error) {
      const isNothingLeft = error instanceof ApiError && error.status === 404;
      notify("success", t.submitted(number), isNothingLeft ? t.nothingLeft : <ErrorText error={error} />);
      void navigate(`/labeling/${taskId}`);
    }
  }, [api, params, opened, taskId, navigate, notify, number, t]);

  const release = useCallback(async () => {
    const { saver } = opened!.work;
    await saver.flush();
    await answer(api.POST("/label-tasks/{task_id}/items/{number}/release", { params })).catch(() => undefined);
    void navigate(`/labeling/${taskId}`);
  }, [api, params, opened, navigate, taskId]);

  if (state.closed) {
    return (
      <Alert type="success" header={t.closed(number)}>
        <SpaceBetween size="s">
          {t.closedDetail[state.closed.answer!.status] ?? ""}
          <Button onClick={() => void navigate(`/labeling/${taskId}`)}>{t.toTask}</Button>
        </SpaceBetween>
      </Alert>
    );
  }
  if (state.error !== undefined) {
    return (
      <Alert type="error" header={t.openFailed}>
        <SpaceBetween size="s">
          <ErrorText error={state.error} />
          <Button onClick={() => void navigate(`/labeling/${taskId}`)}>{t.toTask}</Button>
        </SpaceBetween>
      </Alert>
    );
  }
  if (!opened) {
    return (
      <Box textAlign="center" padding="xxl">
        <StatusIndicator type="loading">{t.loading}</StatusIndicator>
      </Box>
    );
  }
  const Item = opened.item.text ? TextItem : ClipItem;
  return <Item {...opened} onSubmit={submit} onRelease={() => void release()} />;
}

interface OpenedProps extends Opened {
  onSubmit: () => Promise<void>;
  onRelease: () => void;
}

function TextItem({ item, schema, work, onSubmit, onRelease }: OpenedProps) {
  const title = useTitle(item, schema);
  return (
    <>
      <TextEditor schema={schema} text={item.text!} work={work} title={title} note={item.answer?.note} onSubmit={onSubmit} onRelease={onRelease} />
      <ManifestLine of={item.input} />
    </>
  );
}

function useTitle(item: Item, schema: TaskSchema): string {
  const t = useMessages(messages);
  const language = useLanguage();
  return [titleOf(schema.title, language, schema.name), `${t.item} ${item.number}`, clipName(item)].filter(Boolean).join(" · ");
}

function ClipItem({ item, schema, work, onSubmit, onRelease }: OpenedProps) {
  const media: Media = item.media!;
  const { element, player, sound, clip, error } = useClip(media, useLinks(item, media));
  const title = useTitle(item, schema);
  return (
    <>
      <ClipElement kind={media.kind} element={element} error={error} />
      {player && (
        <Editor
          schema={schema}
          clip={clip}
          suggestions={item.suggestions ?? []}
          work={work}
          player={player}
          sound={sound}
          title={title}
          note={item.answer?.note}
          onSubmit={onSubmit}
          onRelease={onRelease}
        />
      )}
      <ManifestLine of={item.input} />
    </>
  );
}
