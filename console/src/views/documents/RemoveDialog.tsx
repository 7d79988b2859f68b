import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { messages } from "./messages";

interface Props {
  documents: Schemas["Document"][];
  onClose: (changed: boolean) => void;
}

export default function RemoveDialog({ documents, onClose }: Props) {
  const t = useMessages(messages);
  const api = useApi();
  const { fail } = useNotifications();
  const [busy, setBusy] = useState(false);

  async function remove() {
    setBusy(true);
    for (const { document_id, file_name } of documents) {
      try {
        await answer(api.DELETE("/documents/{document_id}", { params: { path: { document_id } } }));
      } catch (error) {
        fail(t.removeFailed(shown(file_name)), error);
      }
    }
    onClose(true);
  }

  return (
    <ConfirmDialog
      header={t.confirmRemove(documents.length)}
      action={t.remove}
      cancel={t.cancel}
      busy={busy}
      onConfirm={() => void remove()}
      onCancel={() => onClose(false)}
    >
      <ul>
        {documents.map((each) => (
          <li key={each.document_id}>
            <Text of={each.file_name} />
          </li>
        ))}
      </ul>
      <Box variant="p">{t.removeDetail}</Box>
    </ConfirmDialog>
  );
}
