import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useEffect, useState } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useLivePages } from "../../live/pages";
import { useApi } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { shown as harmless } from "../../text/plain";
import { Text } from "../../text/Text";
import styles from "./ConversationList.module.css";
import { messages } from "./messages";
import { RenameDialog } from "./RenameDialog";

type Listed = Schemas["Conversations"]["conversations"][number];

const PAGE = 30;
const AT_REST = 60_000;

interface Props {
  /** The id of the conversation that is shown. */
  shown: string;
  onShow: (conversationId: string) => void;
  /** Another number asks for the list again. */
  changes: number;
}

export function ConversationList({ shown, onShow, changes }: Props) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const api = useApi();
  const { fail } = useNotifications();
  const [removing, setRemoving] = useState<Listed>();
  const [renaming, setRenaming] = useState<Listed>();
  const ask = useCallback(
    async (next: string | undefined, signal: AbortSignal) => {
      const list = await answer(api.GET("/conversations", { params: { query: { limit: PAGE, next } }, signal }));
      return { items: list.conversations, next: list.next };
    },
    [api],
  );
  const { items, more, error, reload } = useLivePages(ask, () => AT_REST);
  useEffect(() => {
    if (changes) reload();
  }, [changes, reload]);
  async function remove({ conversation_id }: Listed) {
    setRemoving(undefined);
    try {
      const path = { conversation_id };
      await answer(api.DELETE("/conversations/{conversation_id}", { params: { path } }));
      if (conversation_id === shown) onShow("");
    } catch (error) {
      fail(t.removeFailed, error);
    }
    reload();
  }

  return (
    <SpaceBetween size="s">
      <Button iconName="add-plus" onClick={() => onShow("")} fullWidth>
        {t.newConversation}
      </Button>
      {error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {items?.length === 0 && <Box color="text-body-secondary">{t.noConversations}</Box>}
      <ul className={styles.list}>
        {items?.map((each) => (
          <li key={each.conversation_id} className={styles.entry}>
            <Link
              to={`/ask?conversation=${encodeURIComponent(each.conversation_id)}`}
              aria-current={each.conversation_id === shown ? "page" : undefined}
              className={styles.link}
            >
              <span className={styles.title}>
                <Text of={each.title} />
              </span>
              <span className={styles.time}>{time(each.updated_at)}</span>
            </Link>
            <Button
              variant="icon"
              iconName="edit"
              ariaLabel={t.rename(harmless(each.title))}
              onClick={() => setRenaming(each)}
            />
            <Button
              variant="icon"
              iconName="remove"
              ariaLabel={t.remove(harmless(each.title))}
              onClick={() => setRemoving(each)}
            />
          </li>
        ))}
      </ul>
      {more && (
        <Button variant="inline-link" onClick={more}>
          {t.more}
        </Button>
      )}
      {renaming && (
        <RenameDialog
          conversation={renaming}
          onClose={(renamed) => {
            setRenaming(undefined);
            if (renamed) reload();
          }}
        />
      )}
      {removing && (
        <ConfirmDialog
          header={t.confirmRemove}
          action={t.delete}
          cancel={t.cancel}
          onConfirm={() => void remove(removing)}
          onCancel={() => setRemoving(undefined)}
        >
          <Text of={removing.title} />
          <Box variant="p">{t.removeDetail}</Box>
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}
