import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { typesFor } from "../../../flow_file/node_types";
import { messages as graphMessages } from "../../../flow_graph/messages";
import { useMessages } from "../../../i18n/language";
import { messages } from "./messages";
import type { EditingState } from "./useEditing";

interface Props {
  editing: EditingState;
  isSaving: boolean;
  inLoop?: boolean;
  onAdd?: (type: string) => void;
  onArrange?: () => void;
  onSave: () => void;
}

export function Toolbar({ editing, isSaving, inLoop = false, onAdd, onArrange, onSave }: Props) {
  const t = useMessages(messages);
  const { types } = useMessages(graphMessages);
  return (
    <div role="toolbar" aria-label={t.tools}>
      <SpaceBetween direction="horizontal" size="xs">
        {onAdd && (
          <ButtonDropdown
            items={typesFor(inLoop).map((id) => ({ id, text: types[id] ?? id }))}
            onItemClick={({ detail }) => onAdd(detail.id)}
          >
            {t.addNode}
          </ButtonDropdown>
        )}
        <Button iconName="undo" disabled={!editing.undo} onClick={() => editing.undo?.()}>
          {t.undo}
        </Button>
        <Button iconName="redo" disabled={!editing.redo} onClick={() => editing.redo?.()}>
          {t.redo}
        </Button>
        {onArrange && <Button onClick={onArrange}>{t.arrange}</Button>}
        <Button variant="primary" loading={isSaving} disabled={!editing.isChanged} onClick={onSave}>
          {t.save}
        </Button>
      </SpaceBetween>
    </div>
  );
}
