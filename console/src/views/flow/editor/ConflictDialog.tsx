import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { differencesOf, differingLines } from "../../../flow_file/comparison";
import { definitionOf } from "../../../flow_file/definition";
import { useFormats, useMessages } from "../../../i18n/language";
import { shown } from "../../../text/plain";
import { Text } from "../../../text/Text";
import styles from "./Editor.module.css";
import { messages } from "./messages";

interface Props {
  mine: string;
  theirs: Schemas["FlowFile"];
  isSaving: boolean;
  onSaveMine: () => void;
  onTakeTheirs: () => void;
  onCancel: () => void;
}

/** Somebody else saved in between: both versions side by side, and nothing is lost until somebody decides. */
export function ConflictDialog({ mine, theirs, isSaving, onSaveMine, onTakeTheirs, onCancel }: Props) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const differences = useMemo(() => {
    try {
      return differencesOf(definitionOf(mine), definitionOf(theirs.text));
    } catch {
      // One of them is no flow: the texts are compared as a whole.
      return undefined;
    }
  }, [mine, theirs]);
  return (
    <Modal
      visible
      size="large"
      header={t.conflict(shown(theirs.saved_by ?? ""), time(theirs.saved_at ?? ""))}
      closeAriaLabel={t.goOn}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" disabled={isSaving} onClick={onCancel}>
              {t.goOn}
            </Button>
            <Button disabled={isSaving} onClick={onTakeTheirs}>
              {t.takeTheirs}
            </Button>
            <Button variant="primary" loading={isSaving} onClick={onSaveMine}>
              {t.saveMine}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>{t.conflictDetail}</Box>
        {differences?.length === 0 && <Box>{t.sameMeaning}</Box>}
        {differences?.map(({ kind, name, one, other }) => (
          <section key={`${kind} ${name}`} aria-label={shown(name)}>
            <strong>
              {kind === "node" ? t.node : t.connection} <Text of={name} />
            </strong>
            <Sides {...sidesOf(one, other, t.notThere)} />
          </section>
        ))}
        <ExpandableSection headerText={t.wholeFiles} defaultExpanded={!differences}>
          <Sides mine={mine} theirs={theirs.text} />
        </ExpandableSection>
      </SpaceBetween>
    </Modal>
  );
}

function Sides({ mine, theirs }: { mine: string; theirs: string }) {
  const t = useMessages(messages);
  return (
    <div className={styles.sides}>
      {[
        [t.mine, mine],
        [t.theirs, theirs],
      ].map(([label, text]) => (
        <div key={label}>
          <Box fontSize="body-s" color="text-body-secondary">
            {label}
          </Box>
          <pre tabIndex={0} aria-label={label}>
            <Text of={text!} />
          </pre>
        </div>
      ))}
    </div>
  );
}

function sidesOf(one: unknown, other: unknown, notThere: string) {
  const textOf = (value: unknown) => (value === undefined ? notThere : JSON.stringify(value, null, 2));
  const [mine, theirs] = differingLines(textOf(one), textOf(other));
  return { mine, theirs };
}
