import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useRef, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { messages } from "./messages";

const LONGEST = 200;

interface Props {
  conversation: Schemas["Conversations"]["conversations"][number];
  onClose: (renamed: boolean) => void;
}

export function RenameDialog({ conversation, onClose }: Props) {
  const t = useMessages(messages);
  const api = useApi();
  const { fail } = useNotifications();
  const [typed, setTyped] = useState(conversation.title);
  const title = typed.trim();
  const input = useRef<InputProps.Ref>(null);
  // The dialog gives the focus to its first button when it opens.
  useEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);

  async function save() {
    if (!title) return;
    try {
      const params = { path: { conversation_id: conversation.conversation_id } };
      await answer(api.PATCH("/conversations/{conversation_id}", { params, body: { title } }));
    } catch (error) {
      fail(t.renameFailed, error);
    }
    onClose(true);
  }

  return (
    <Modal
      visible
      header={t.renameTitle}
      closeAriaLabel={t.cancel}
      onDismiss={() => onClose(false)}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => onClose(false)}>
              {t.cancel}
            </Button>
            <Button variant="primary" disabled={!title} onClick={() => void save()}>
              {t.save}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <Input
        ref={input}
        value={typed}
        ariaLabel={t.newTitle}
        onChange={({ detail }) => setTyped(detail.value.slice(0, LONGEST))}
        onKeyDown={({ detail }) => {
          if (detail.key === "Enter" && !detail.isComposing) void save();
        }}
      />
    </Modal>
  );
}
