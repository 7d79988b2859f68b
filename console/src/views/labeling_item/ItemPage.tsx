import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { answer, ApiError, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useLanguage, useMessages } from "../../i18n/language";
import { useApi, useDeployment } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { ClipSound } from "./ClipSound";
import { type Clip, Editor } from "./Editor";
import styles from "./ItemPage.module.css";
import { messages } from "./messages";
import { openWork } from "./openWork";
import { Player } from "./Player";
import { type TaskSchema, titleOf } from "./task_schema";
import type { Work } from "./Work";

type Item = Schemas["LabelItem"];
type Media = Schemas["LabelMedia"];

interface Opened {
  item: Item;
  media: Media;
  schema: TaskSchema;
  work: Work;
}

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
      if (!item.media) throw new ApiError(item.failure ?? t.noMedia);
      const schema = task.schema as unknown as TaskSchema;
      work = await openWork(api, subject, schema, item);
      if (gone) work.saver.stop();
      else setOpened({ item, media: item.media, schema, work });
    }
    open().catch((error: unknown) => gone || setState({ error }));
    return () => {
      gone = true;
      const { saver } = work ?? {};
      void saver?.flush().finally(() => saver.stop());
    };
  }, [api, params, subject, taskId, number, t]);

  const next = useCallback(async () => {
    try {
      const item = await answer(api.POST("/label-tasks/{task_id}/claim", { params: { path: { task_id: taskId } }, body: {} }));
      void navigate(`/labeling/${taskId}/items/${item.number}`);
    } catch (error) {
      void navigate(`/labeling/${taskId}`);
      if (error instanceof ApiError && error.status === 404) notify("success", t.nothingLeft);
      else throw error;
    }
  }, [api, taskId, navigate, notify, t]);

  const submit = useCallback(async () => {
    const { saver } = opened!.work;
    await answer(api.POST("/label-tasks/{task_id}/items/{number}/submit", { params, body: { version: saver.state.draft.base } }));
    await saver.forget();
    notify("success", t.submitted(number));
    await next();
  }, [api, params, opened, next, notify, number, t]);

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
  return <OpenedItem {...opened} onSubmit={submit} onRelease={() => void release()} />;
}

interface OpenedProps extends Opened {
  onSubmit: () => Promise<void>;
  onRelease: () => void;
}

function OpenedItem({ item, media, schema, work, onSubmit, onRelease }: OpenedProps) {
  const t = useMessages(messages);
  const language = useLanguage();
  const api = useApi();
  const { config } = useDeployment();
  const [element, setElement] = useState<HTMLMediaElement | null>(null);
  const [player, setPlayer] = useState<Player>();
  const [error, setError] = useState<unknown>();
  const links = useRef(media);
  const fresh = useCallback(async (): Promise<Media> => {
    const params = { path: { task_id: item.task_id, number: String(item.number) } };
    const again = await answer(api.GET("/label-tasks/{task_id}/items/{number}", { params }));
    if (again.media) links.current = again.media;
    return links.current;
  }, [api, item]);

  const sound = useMemo(() => {
    return new ClipSound(media, async (of, expired) => sameOrigin(of(expired ? await fresh() : links.current), config.files));
  }, [media, fresh, config]);
  const clip: Clip = useMemo(
    () => ({ kind: media.kind, duration: media.duration_us, offset: media.offset_us, frameRate: media.frame_rate }),
    [media],
  );

  useEffect(() => {
    if (!element) return undefined;
    const stop = new AbortController();
    let asked = 0;
    element.src = sameOrigin(links.current.copy.url, config.files);
    element.addEventListener(
      "error",
      () => {
        // A link that has expired, unless it has just been asked for.
        if (Date.now() - asked < 10_000) return setError(new ApiError(element.error?.message || t.mediaFailed));
        asked = Date.now();
        const { currentTime, playbackRate } = element;
        fresh().then(({ copy }) => {
          element.src = sameOrigin(copy.url, config.files);
          element.currentTime = currentTime;
          element.playbackRate = playbackRate;
          setError(undefined);
        }, setError);
      },
      { signal: stop.signal },
    );
    const made = new Player(element, clip.offset, clip.duration);
    setPlayer(made);
    return () => {
      stop.abort();
      made.close();
      element.removeAttribute("src");
      element.load();
    };
  }, [element, clip, config, fresh, t]);

  const name = String(item.input["source-ref"] ?? item.input["source"] ?? "").split("/").at(-1);
  const title = [titleOf(schema.title, language, schema.name), `${t.item} ${item.number}`, name].filter(Boolean).join(" · ");
  return (
    <>
      {error !== undefined && (
        <Alert type="error" header={t.mediaFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {media.kind === "video" ? (
        <video ref={setElement} className={styles.video} playsInline preload="auto" aria-label={t.video} />
      ) : (
        <audio ref={setElement} preload="auto" />
      )}
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
      <Input of={item.input} />
    </>
  );
}

/** What the manifest says of the clip. */
function Input({ of }: { of: Record<string, unknown> }) {
  const t = useMessages(messages);
  const entries = Object.entries(of).filter(([key]) => key !== "source-ref" && key !== "source");
  if (entries.length === 0) return null;
  return (
    <details className={styles.input}>
      <summary>{t.input}</summary>
      <dl>
        {entries.map(([key, value]) => (
          <div key={key}>
            <dt>
              <Text of={key} />
            </dt>
            <dd>
              <Text of={typeof value === "string" ? value : JSON.stringify(value)} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
