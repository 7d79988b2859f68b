import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { type Definition, conditionsOf, type FlowNode, type Port } from "../../../flow_file/definition";
import { addConnection, addPort, changePort, endsOf, removeConnection, removePort, takesPort } from "../../../flow_file/edits";
import { DATA_TYPES } from "../../../flow_file/node_types";
import { useMessages } from "../../../i18n/language";
import { shown } from "../../../text/plain";
import { Text } from "../../../text/Text";
import styles from "./Editor.module.css";
import { messages } from "./messages";
import type { EditingState } from "./useEditing";

interface Props {
  definition: Definition;
  node: FlowNode;
  edit: (change: (before: FlowNode) => FlowNode, mark?: string) => void;
  apply: EditingState["apply"];
}

const NOTHING = "";
const SEPARATOR = "\n";
type Side = "inputs" | "outputs";

/** Names, types and expressions of the inputs, and where each gets its data from. */
export function InputsForm({ definition, node, edit, apply }: Props) {
  const t = useMessages(messages);
  const outputs = definition.nodes
    .filter((other) => other.name !== node.name)
    .flatMap((other) =>
      (other.outputs ?? []).map((port) => ({
        value: other.name + SEPARATOR + port.name,
        label: `${shown(other.name)} · ${shown(port.name)}`,
      })),
    );
  const into = (port: Port) =>
    definition.connections.flatMap((each, index) => {
      const ends = endsOf(each);
      return ends.target === node.name && ends.targetInput === port.name ? [{ index, ends }] : [];
    });

  function connect(port: Port, from: string) {
    apply((before) => {
      const without = into(port)
        .map(({ index }) => index)
        .reverse()
        .reduce(removeConnection, before);
      const [source, sourceOutput] = from.split(SEPARATOR);
      if (from === NOTHING || source === undefined || sourceOutput === undefined) return without;
      return addConnection(without, { source, sourceOutput, target: node.name, targetInput: port.name });
    });
  }

  if (!node.inputs?.length && !takesPort(node, "inputs")) return null;
  return (
    <fieldset className={styles.group}>
      <legend>{t.inputs}</legend>
      {(node.inputs ?? []).map((port, index) => {
        const all = into(port);
        const first = all[0]?.ends;
        const value = first ? first.source + SEPARATOR + (first.sourceOutput ?? "") : NOTHING;
        const label = first && `${shown(first.source)} · ${shown(first.sourceOutput ?? "")}`;
        return (
          <div key={index} className={styles.port}>
            <PortName node={node} side="inputs" index={index} port={port} edit={edit} />
            <label className={styles.field}>
              <span>{t.expression}</span>
              <Input
                value={port.expression ?? ""}
                ariaLabel={t.expressionOf(shown(port.name))}
                onChange={({ detail }) =>
                  edit((before) => changePort(before, "inputs", index, (each) => ({ ...each, expression: detail.value })), `expression ${node.name} ${index}`)
                }
              />
            </label>
            <div className={styles.field}>
              <span>{t.comesFrom}</span>
              <Select
                ariaLabel={t.comesFromOf(shown(port.name))}
                options={[{ value: NOTHING, label: t.nothing }, ...outputs]}
                selectedOption={{ value, label: label ?? t.nothing }}
                invalid={all.length !== 1 || !outputs.some((each) => each.value === value)}
                filteringType="auto"
                onChange={({ detail }) => connect(port, detail.selectedOption.value ?? NOTHING)}
              />
              {all.length > 1 && <span className={styles.quiet}>{t.several(all.length)}</span>}
            </div>
          </div>
        );
      })}
      {takesPort(node, "inputs") && (
        <Button iconName="add-plus" onClick={() => edit((before) => addPort(before, "inputs"))}>
          {t.addInput}
        </Button>
      )}
    </fieldset>
  );
}

/** Names and types of the outputs, and what each leads to. */
export function OutputsForm({ definition, node, edit, apply }: Props) {
  const t = useMessages(messages);
  const leaving = definition.connections.flatMap((each, index) =>
    each.source === node.name && each.type !== "Conditional" ? [{ index, ends: endsOf(each) }] : [],
  );
  if (!node.outputs?.length && !leaving.length && !takesPort(node, "outputs")) return null;
  return (
    <fieldset className={styles.group}>
      <legend>{t.outputs}</legend>
      {(node.outputs ?? []).map((port, index) => (
        <div key={index} className={styles.port}>
          <PortName node={node} side="outputs" index={index} port={port} edit={edit} />
        </div>
      ))}
      {leaving.length > 0 && (
        <ul className={styles.connections}>
          {leaving.map(({ index, ends }) => {
            const text = `${ends.sourceOutput ?? "?"} → ${ends.target} · ${ends.targetInput ?? "?"}`;
            return (
              <li key={index}>
                <Text of={text} />
                <Button
                  variant="inline-icon"
                  iconName="close"
                  ariaLabel={t.disconnect(shown(text))}
                  onClick={() => apply((before) => removeConnection(before, index))}
                />
              </li>
            );
          })}
        </ul>
      )}
      {takesPort(node, "outputs") && (
        <Button iconName="add-plus" onClick={() => edit((before) => addPort(before, "outputs"))}>
          {t.addOutput}
        </Button>
      )}
    </fieldset>
  );
}

/** The conditions of other nodes of which one has to hold before this node runs. */
export function ReleasesForm({ definition, node, apply }: Props) {
  const t = useMessages(messages);
  const released = definition.connections.flatMap((each, index) =>
    each.target === node.name && each.type === "Conditional" ? [{ index, ends: endsOf(each) }] : [],
  );
  const conditions = definition.nodes
    .filter((other) => other.type === "Condition" && other.name !== node.name)
    .flatMap((other) =>
      conditionsOf(other).map(({ name }) => ({ value: other.name + SEPARATOR + name, label: `${shown(other.name)} · ${shown(name)}` })),
    );
  if (!conditions.length && !released.length) return null;
  return (
    <fieldset className={styles.group}>
      <legend>{t.runsWhen}</legend>
      <ul className={styles.connections}>
        {released.map(({ index, ends }) => {
          const text = `${ends.source} · ${ends.condition ?? "?"}`;
          return (
            <li key={index}>
              <Text of={text} />
              <Button
                variant="inline-icon"
                iconName="close"
                ariaLabel={t.disconnect(shown(text))}
                onClick={() => apply((before) => removeConnection(before, index))}
              />
            </li>
          );
        })}
      </ul>
      <Select
        ariaLabel={t.addRelease}
        placeholder={t.addRelease}
        options={conditions}
        selectedOption={null}
        onChange={({ detail }) => {
          const [source, condition] = (detail.selectedOption.value ?? "").split(SEPARATOR);
          if (source === undefined || condition === undefined) return;
          apply((before) => addConnection(before, { source, target: node.name, condition }));
        }}
      />
    </fieldset>
  );
}

interface PortNameProps {
  node: FlowNode;
  side: Side;
  index: number;
  port: Port;
  edit: Props["edit"];
}

/** Each letter counts at once: what is connected turns red, and green again. */
function PortName({ node, side, index, port, edit }: PortNameProps) {
  const t = useMessages(messages);
  const change = (fields: Partial<Port>, mark?: string) =>
    edit((before) => changePort(before, side, index, (each) => ({ ...each, ...fields })), mark);
  const options = DATA_TYPES.map((value) => ({ value, label: value }));
  return (
    <div className={styles.portName}>
      <Input
        value={port.name}
        ariaLabel={side === "inputs" ? t.inputName(index + 1) : t.outputName(index + 1)}
        onChange={({ detail }) => change({ name: detail.value }, `port ${node.name} ${side} ${index}`)}
      />
      <Select
        ariaLabel={t.typeOf(shown(port.name))}
        options={options}
        selectedOption={{ value: port.type ?? "", label: shown(port.type ?? "–") }}
        onChange={({ detail }) => change({ type: detail.selectedOption.value ?? "String" })}
      />
      <Button
        variant="icon"
        iconName="remove"
        ariaLabel={t.removePort(shown(port.name))}
        onClick={() => edit((before) => removePort(before, side, index))}
      />
    </div>
  );
}
