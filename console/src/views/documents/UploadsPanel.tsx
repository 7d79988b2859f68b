import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useSyncExternalStore } from "react";
import { useFormats, useMessages } from "../../i18n/language";
import { ErrorText } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import type { Upload, Uploads } from "./uploads";
import styles from "./UploadsPanel.module.css";

/** The files of this page that are on their way, or have ended, each with its progress. */
export function UploadsPanel({ uploads }: { uploads: Uploads }) {
  const t = useMessages(messages);
  const all = useSyncExternalStore(uploads.subscribe, uploads.all);
  if (all.length === 0) return null;
  return (
    <Container
      header={
        <Header counter={`(${all.length})`} actions={<Button onClick={() => uploads.clear()}>{t.clear}</Button>}>
          {t.uploads}
        </Header>
      }
    >
      <ul className={styles.list}>
        {all.map((upload) => (
          <li key={upload.id}>
            <UploadLine upload={upload} uploads={uploads} />
          </li>
        ))}
      </ul>
    </Container>
  );
}

const KINDS = { waiting: "pending", sending: "in-progress", sent: "success", failed: "error", cancelled: "stopped" } as const;

function UploadLine({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const t = useMessages(messages);
  const { size } = useFormats();
  const { file, state, sent, error } = upload;
  const name = shown(file.name);
  const under = state === "waiting" || state === "sending";
  return (
    <div className={styles.line}>
      <div className={styles.name}>
        <Text of={file.name} />{" "}
        <Box variant="span" color="text-body-secondary" fontSize="body-s">
          {size(file.size)}
        </Box>
      </div>
      <div className={styles.state}>
        {state === "sending" ? (
          <ProgressBar value={Math.round((100 * sent) / file.size)} ariaLabel={`${t.uploadStates.sending}: ${name}`} />
        ) : (
          <StatusIndicator type={KINDS[state]}>{t.uploadStates[state]}</StatusIndicator>
        )}
        {error !== undefined && <ErrorText error={error} />}
      </div>
      <SpaceBetween direction="horizontal" size="xs">
        {under && (
          <Button variant="icon" iconName="close" ariaLabel={t.cancelUpload(name)} onClick={() => uploads.cancel(upload.id)} />
        )}
        {(state === "failed" || state === "cancelled") && (
          <Button ariaLabel={t.retryUpload(name)} onClick={() => uploads.retry(upload.id)}>
            {t.retry}
          </Button>
        )}
      </SpaceBetween>
    </div>
  );
}
