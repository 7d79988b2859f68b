import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import PromptInput from "@cloudscape-design/components/prompt-input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useRef, useState } from "react";
import { useMessages } from "../../i18n/language";
import { useDeployment } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { AnswerView } from "./AnswerView";
import styles from "./Chat.module.css";
import { attachmentOf, FILE_TYPES, MOST_BYTES, MOST_FILES, say, SignInNeeded } from "./chatting";
import { messages } from "./messages";
import { useConversation, useKept } from "./useConversation";

const LONGEST = 7000;

/** A conversation with Amazon Q Business, in the user's own name there. */
export default function ChatPage() {
  const t = useMessages(messages);
  const { config, session } = useDeployment();
  const { subject } = session.user;
  const [turns, setTurns] = useConversation(subject);
  const [draft, setDraft] = useKept(`docent-chat-draft:${subject}`, "");
  const [files, setFiles] = useState<File[]>([]);
  const [sending, setSending] = useState("");
  const [error, setError] = useState<unknown>();
  const choose = useRef<HTMLInputElement>(null);

  const size = files.reduce((sum, file) => sum + file.size, 0);
  const wrong = files.length > MOST_FILES ? t.tooManyFiles : size > MOST_BYTES ? t.tooLarge : undefined;
  const text = draft.trim();
  const ready = !sending && !wrong && text && draft.length <= LONGEST;

  async function send() {
    if (!ready) return;
    setSending(text);
    setError(undefined);
    try {
      const answer = await say(text, await Promise.all(files.map(attachmentOf)), turns.at(-1)?.answer);
      setTurns([...turns, { message: text, files: files.map((file) => file.name), answer }]);
      setDraft("");
      setFiles([]);
    } catch (problem) {
      setError(problem);
    }
    setSending("");
  }

  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={t.description}
        actions={
          turns.length > 0 && (
            <Button
              disabled={sending !== ""}
              onClick={() => {
                setTurns([]);
                setError(undefined);
              }}
            >
              {t.startNew}
            </Button>
          )
        }
      >
        {t.title}
      </Header>
      <div className={styles.conversation}>
        {turns.length === 0 && !sending && (
          <Box color="text-body-secondary">
            {t.empty}. {t.emptyDetail}
          </Box>
        )}
        {turns.map(({ message, files: attached, answer }) => (
          <div key={answer.message_id} className={styles.conversation}>
            <Message text={message} files={attached} />
            <AnswerView answer={answer} />
          </div>
        ))}
        {sending && (
          <>
            <Message text={sending} files={files.map((file) => file.name)} />
            <StatusIndicator type="loading">{t.answering}</StatusIndicator>
          </>
        )}
        {error instanceof SignInNeeded ? (
          <Alert
            type="info"
            header={t.signInNeeded}
            action={
              <Button variant="primary" href={`${config.chatSignIn}?${new URLSearchParams({ return_to: `${window.location.origin}/chat` })}`}>
                {t.signIn}
              </Button>
            }
          >
            {t.signInDetail}
          </Alert>
        ) : (
          error !== undefined && (
            <Alert type="error" header={t.failed}>
              <ErrorText error={error} />
            </Alert>
          )
        )}
        {wrong && <Alert type="warning">{wrong}</Alert>}
        {files.length > 0 && (
          <div className={styles.files} role="group" aria-label={t.files}>
            {files.map((file) => (
              <Button
                key={file.name}
                iconName="close"
                iconAlign="right"
                ariaLabel={t.remove(shown(file.name))}
                onClick={() => setFiles(files.filter((each) => each !== file))}
              >
                {shown(file.name)}
              </Button>
            ))}
          </div>
        )}
        <input
          ref={choose}
          type="file"
          multiple
          hidden
          accept={FILE_TYPES}
          aria-label={t.attach}
          onChange={(event) => {
            const names = new Set(files.map((file) => file.name));
            setFiles([...files, ...[...(event.target.files ?? [])].filter((file) => !names.has(file.name))]);
            event.target.value = "";
          }}
        />
        <PromptInput
          value={draft}
          ariaLabel={t.message}
          placeholder={t.placeholder}
          actionButtonIconName="send"
          actionButtonAriaLabel={t.send}
          disableActionButton={!ready}
          invalid={draft.length > LONGEST}
          minRows={1}
          maxRows={8}
          secondaryActions={
            <Button variant="icon" iconName="file" ariaLabel={t.attach} onClick={() => choose.current?.click()} />
          }
          onChange={({ detail }) => setDraft(detail.value)}
          onAction={() => void send()}
        />
      </div>
    </SpaceBetween>
  );
}

function Message({ text, files }: { text: string; files: string[] }) {
  return (
    <div className={styles.message}>
      <Text of={text} />
      {files.map((name) => (
        <Box key={name} fontSize="body-s">
          <Text of={name} />
        </Box>
      ))}
    </div>
  );
}
