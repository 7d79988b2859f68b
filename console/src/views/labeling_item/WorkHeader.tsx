import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useSyncExternalStore } from "react";
import { useMessages } from "../../i18n/language";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import { SaveState } from "./SaveState";
import type { Work } from "./Work";

interface Props {
  title: string;
  work: Work;
  /** What the reviewer wrote. */
  note: string | undefined;
  /** How many things are missing or wrong. */
  faults: number;
  failure: unknown;
  onClose: () => void;
  submitting: boolean;
  onSubmit: () => void;
  onUndo: () => void;
  onRedo: () => void;
  /** Shows the keys, where there are more than a form has. */
  onKeys?: () => void;
  /** Gives the item back, where it can be. */
  onRelease?: (() => void) | undefined;
  /** Whether only this device keeps the work until it is submitted. */
  local?: boolean;
}

/** What is worked on, whether it is saved, and what is to be done with it. */
export function WorkHeader({ title, work, note, faults, failure, onClose, submitting, onSubmit, onUndo, onRedo, onKeys, onRelease, local = false }: Props) {
  const t = useMessages(messages);
  const { canUndo, canRedo, label: _, ...saving } = useSyncExternalStore(work.subscribe, () => work.seen);
  return (
    <>
      <Header
        variant="h1"
        description={<SaveState {...saving} local={local} />}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="undo" ariaLabel={t.keyNames["undo"]!} disabled={!canUndo} onClick={onUndo} />
            <Button iconName="redo" ariaLabel={t.keyNames["redo"]!} disabled={!canRedo} onClick={onRedo} />
            {onKeys && <Button onClick={onKeys}>{t.keys}</Button>}
            {onRelease && <Button onClick={onRelease}>{t.release}</Button>}
            <Button variant="primary" loading={submitting} onClick={onSubmit}>
              {t.submit}
            </Button>
          </SpaceBetween>
        }
      >
        <Text of={title} />
      </Header>
      {note && (
        <Alert type="warning" header={t.rejected}>
          <Text of={note} />
        </Alert>
      )}
      {failure !== undefined && (
        <Alert type="error" header={t.failed} dismissible onDismiss={onClose}>
          <ErrorText error={failure} />
        </Alert>
      )}
      {faults > 0 && (
        <div id="label-faults">
          <Alert type="error" header={t.incomplete}>
            {t.incompleteDetail(faults)}
          </Alert>
        </div>
      )}
    </>
  );
}
