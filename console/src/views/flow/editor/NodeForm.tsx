import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Ref } from "react";
import type { Definition, FlowNode } from "../../../flow_file/definition";
import { changeNode, promptTextOf, removeNode, renameNode, withPromptText } from "../../../flow_file/edits";
import type { Json } from "../../../flow_file/json_text";
import { FIELDS, valueAt, withValueAt } from "../../../flow_file/node_fields";
import { messages as graphMessages } from "../../../flow_graph/messages";
import { useMessages } from "../../../i18n/language";
import { shown } from "../../../text/plain";
import { ConditionsForm } from "./ConditionsForm";
import styles from "./Editor.module.css";
import { LateField } from "./LateField";
import { messages } from "./messages";
import { InputsForm, OutputsForm, ReleasesForm } from "./PortsForm";
import type { EditingState } from "./useEditing";

interface Props {
  definition: Definition;
  index: number;
  headingRef: Ref<HTMLHeadingElement>;
  apply: EditingState["apply"];
  onRenamed: (name: string | undefined) => void;
  /** Into the loop. */
  onEnter: (name: string) => void;
}

const NAME = /^[a-zA-Z](_?[0-9a-zA-Z]){1,50}$/;

/** Everything about one node: what it is called, its ports and what they are connected with, and its configuration. */
export function NodeForm({ definition, index, headingRef, apply, onRenamed, onEnter }: Props) {
  const t = useMessages(messages);
  const { types } = useMessages(graphMessages);
  const node = definition.nodes[index]!;
  const edit = (change: (before: FlowNode) => FlowNode, mark?: string) => apply((before) => changeNode(before, index, change), mark);
  const setField = (path: (string | number)[], value: Json | undefined) =>
    edit((before) => ({ ...before, configuration: withValueAt(before.configuration, path, value) }));

  function wrongName(name: string): string | undefined {
    if (!NAME.test(name)) return t.badName;
    return definition.nodes.some((other, at) => at !== index && other.name === name) ? t.takenName : undefined;
  }

  const prompt = promptTextOf(node);
  return (
    <section aria-label={shown(node.name)}>
      <h3 ref={headingRef} tabIndex={-1} className={styles.heading}>
        {types[node.type] ?? shown(node.type)}: <bdi>{shown(node.name)}</bdi>
      </h3>
      <SpaceBetween size="s">
        <LateField
          label={t.name}
          value={node.name}
          wrong={wrongName}
          onCommit={(name) => {
            apply((before) => renameNode(before, index, name));
            onRenamed(name);
          }}
        />
        {prompt !== undefined && (
          <LateField
            label={t.prompt}
            hint={t.promptHint}
            rows={8}
            value={prompt}
            onCommit={(text) => edit((before) => withPromptText(before, text))}
          />
        )}
        {(FIELDS[node.type] ?? []).map(({ id, path, kind, isOptional }) => {
          const value = valueAt(node.configuration, path);
          if (typeof value === "object" && value !== null) return null;
          return (
            <LateField
              key={id}
              label={t.fields[id] ?? id}
              value={value === undefined || value === null ? "" : String(value)}
              rows={kind === "lines" || kind === "code" ? 6 : undefined}
              wrong={(text) => (kind === "number" && text && !/^\d+$/.test(text) ? t.notANumber : undefined)}
              onCommit={(text) => setField(path, text === "" && isOptional ? undefined : kind === "number" ? Number(text) : text)}
            />
          );
        })}
        {node.type === "Condition" && <ConditionsForm node={node} edit={edit} />}
        <InputsForm definition={definition} node={node} edit={edit} apply={apply} />
        <OutputsForm definition={definition} node={node} edit={edit} apply={apply} />
        <ReleasesForm definition={definition} node={node} edit={edit} apply={apply} />
        {node.type === "Loop" && <Button onClick={() => onEnter(node.name)}>{t.enterLoop}</Button>}
        {node.type !== "Loop" && (
          <ExpandableSection headerText={t.configuration}>
            <LateField
              label={t.configuration}
              hint={t.configurationHint}
              rows={10}
              value={JSON.stringify(node.configuration ?? {}, null, 2)}
              wrong={(text) => (isObject(text) ? undefined : t.notAnObject)}
              onCommit={(text) => edit((before) => ({ ...before, configuration: JSON.parse(text) as { [name: string]: Json } }))}
            />
          </ExpandableSection>
        )}
        <Button
          iconName="remove"
          onClick={() => {
            apply((before) => removeNode(before, index));
            onRenamed(undefined);
          }}
        >
          {t.removeNode}
        </Button>
      </SpaceBetween>
    </section>
  );
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

