import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";

interface Props {
  header: ReactNode;
  action: string;
  cancel: string;
  complete: boolean;
  /** Sends the form; the dialog is busy meanwhile. */
  onSend: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

/** A few fields, and a button that sends them. */
export function FormDialog({ header, action, cancel, complete, onSend, onClose, children }: Props) {
  const [busy, setBusy] = useState(false);
  const send = () => {
    setBusy(true);
    void onSend().finally(() => setBusy(false));
  };
  return (
    <Modal
      visible
      header={header}
      closeAriaLabel={cancel}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {cancel}
            </Button>
            <Button variant="primary" loading={busy} disabled={!complete} onClick={send}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">{children}</SpaceBetween>
    </Modal>
  );
}
