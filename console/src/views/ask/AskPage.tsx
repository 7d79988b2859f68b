import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useSearchParams } from "react-router";
import { answer, ApiError, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { openSocket } from "../../live/socket";
import { useApi, useDeployment } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText } from "../../shell/notifications";
import { askingOf } from "./asking";
import styles from "./AskPage.module.css";
import { Beginning } from "./Beginning";
import { ConversationList } from "./ConversationList";
import { messages } from "./messages";
import { QuestionForm } from "./QuestionForm";
import { TurnView } from "./TurnView";
import { useDraft } from "./useDraft";
import { WritingTurn } from "./WritingTurn";

// Links to images are valid for five minutes.
const AT_REST = 240_000;
const SHOWN = 10;

/** Conversations with the documents. The address names the one that is shown. */
export default function AskPage() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const { config, session } = useDeployment();
  const [params, setParams] = useSearchParams();
  const conversationId = params.get("conversation") ?? "";
  const [draft, setDraft] = useDraft(conversationId);

  const connect = () => openSocket(config.socketPath, session.token);
  const asking = askingOf(api, connect, session.user.subject);
  const asked = useSyncExternalStore(asking.subscribe, asking.all);
  useEffect(() => {
    const takeUp = () => asking.takeUp();
    takeUp();
    window.addEventListener("storage", takeUp);
    return () => window.removeEventListener("storage", takeUp);
  }, [asking]);

  const here = asked.filter((each) => each.conversationId === conversationId);
  const ended = here.filter((each) => each.state === "ended").length;
  const load = useCallback(
    async (signal: AbortSignal): Promise<Schemas["Conversation"] | undefined> => {
      if (!conversationId) return undefined;
      const path = { conversation_id: conversationId };
      return answer(api.GET("/conversations/{conversation_id}", { params: { path }, signal }));
    },
    [api, conversationId],
  );
  const { value: conversation, error, loading, reload } = useLive(load, () => AT_REST);
  useEffect(() => {
    if (ended) reload();
  }, [ended, reload]);

  const [all, setAll] = useState(false);
  useEffect(() => setAll(false), [conversationId]);
  const turns = conversation?.turns ?? [];
  const visible = all ? turns : turns.slice(-SHOWN);
  const known = new Set(turns.map((turn) => turn.turn_id));
  const writing = here.filter((each) => !known.has(each.turnId));
  // A conversation exists when its first answer does.
  const missing = error instanceof ApiError && error.status === 404;
  const failed = error !== undefined && !(missing && here.length > 0);

  const end = useRef<HTMLDivElement>(null);
  const show = (id: string) => setParams(id ? { conversation: id } : {});
  function ask(question: string) {
    setDraft("");
    const id = asking.ask(question, conversationId || undefined);
    if (id !== conversationId) show(id);
    window.setTimeout(() => end.current?.scrollIntoView?.({ block: "nearest" }), 50);
  }

  const list = (
    <ConversationList shown={conversationId} onShow={show} changes={asked.filter((each) => each.state === "ended").length} />
  );
  return (
    <div className={styles.page}>
      <aside className={styles.list} aria-label={t.conversations}>
        {narrow ? <ExpandableSection headerText={t.conversations}>{list}</ExpandableSection> : list}
      </aside>
      <div className={styles.conversation}>
        <Header variant="h1" description={narrow ? undefined : t.description}>
          {t.title}
        </Header>
        <SpaceBetween size="l">
          {failed && (
            <Alert type="error" header={t.conversationFailed}>
              <ErrorText error={error} />
            </Alert>
          )}
          {conversationId && loading && !here.length && <StatusIndicator type="loading">{t.loading}</StatusIndicator>}
          {turns.length > visible.length && <Button onClick={() => setAll(true)}>{t.earlier}</Button>}
          {visible.map((turn) => (
            <TurnView key={turn.turn_id} conversationId={conversationId} turn={turn} onStale={reload} />
          ))}
          {writing.map((each) => (
            <WritingTurn key={each.turnId} asked={each} asking={asking} />
          ))}
          {!conversationId && <Beginning onChoose={setDraft} />}
          <div ref={end} className={styles.end} />
        </SpaceBetween>
        <div className={styles.form}>
          <QuestionForm draft={draft} onType={setDraft} onAsk={ask} busy={writing.some((each) => each.state === "writing")} />
          <Box fontSize="body-s" color="text-status-error">
            <span role="status">{draft.length > 2000 ? t.tooLong : ""}</span>
          </Box>
        </div>
      </div>
    </div>
  );
}
