import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useEffect, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import { Names } from "./Names";
import { ReadersPreview } from "./ReadersPreview";

type Readers = Schemas["Readers"];

interface Props {
  document: Schemas["Document"];
  onClose: (changed: boolean) => void;
}

export default function ReadersEditor({ document, onClose }: Props) {
  const t = useMessages(messages);
  const api = useApi();
  const { notify } = useNotifications();
  const [readers, setReaders] = useState<Readers>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const path = { document_id: document.document_id };

  useEffect(() => {
    const params = { path: { document_id: document.document_id }, query: { limit: 1 } };
    answer(api.GET("/documents/{document_id}", { params })).then((found) => setReaders(found.readers ?? {}), setError);
  }, [api, document.document_id]);

  async function save() {
    setBusy(true);
    try {
      await answer(api.PUT("/documents/{document_id}/readers", { params: { path }, body: readers! }));
      notify("success", t.readersSaved(shown(document.file_name)));
      onClose(true);
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  const change = (changes: Readers) => setReaders({ ...readers, ...changes });
  const deny = (changes: NonNullable<Readers["denied"]>) => change({ denied: { ...readers?.denied, ...changes } });
  return (
    <Modal
      visible
      size="large"
      header={
        <>
          {t.readersOf} <Text of={document.file_name} />
        </>
      }
      onDismiss={() => onClose(false)}
      closeAriaLabel={t.cancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => onClose(false)}>
              {t.cancel}
            </Button>
            <Button variant="primary" loading={busy} disabled={!readers} onClick={() => void save()}>
              {t.save}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        {error !== undefined && (
          <Alert type="error" header={t.readersFailed}>
            <ErrorText error={error} />
          </Alert>
        )}
        {!readers && error === undefined && <Spinner />}
        {readers && (
          <SpaceBetween size="l">
            <Names label={t.users} hint={t.usersHint} names={readers.users} onChange={(users) => change({ users })} />
            <Names label={t.groups} hint={t.groupsHint} names={readers.groups} onChange={(groups) => change({ groups })} />
            <Names
              label={t.products}
              hint={t.productsHint}
              names={readers.products}
              onChange={(products) => change({ products })}
            />
            <Names
              label={t.deniedUsers}
              hint={t.usersHint}
              description={t.denyHint}
              names={readers.denied?.users}
              onChange={(users) => deny({ users })}
            />
            <Names
              label={t.deniedGroups}
              hint={t.groupsHint}
              names={readers.denied?.groups}
              onChange={(groups) => deny({ groups })}
            />
            <ReadersPreview readers={readers} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Modal>
  );
}
