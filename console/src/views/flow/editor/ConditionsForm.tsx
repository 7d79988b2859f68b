import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import { type Condition, conditionsOf, type FlowNode } from "../../../flow_file/definition";
import { freeName } from "../../../flow_file/edits";
import type { Json } from "../../../flow_file/json_text";
import { useMessages } from "../../../i18n/language";
import { shown } from "../../../text/plain";
import styles from "./Editor.module.css";
import { messages } from "./messages";

interface Props {
  node: FlowNode;
  edit: (change: (before: FlowNode) => FlowNode, mark?: string) => void;
}

const DEFAULT = "default";

/** The conditions in their order: the first that holds wins, otherwise `default`. */
export function ConditionsForm({ node, edit }: Props) {
  const t = useMessages(messages);
  const conditions = conditionsOf(node);
  const set = (change: (before: Condition[]) => Condition[], mark?: string) =>
    edit((before) => {
      const condition = { ...(before.configuration?.["condition"] as object), conditions: change(conditionsOf(before)) };
      return { ...before, configuration: { ...before.configuration, condition: condition as unknown as Json } };
    }, mark);
  const change = (index: number, fields: Partial<Condition>, what: string) =>
    set(
      (before) => before.map((each, at) => (at === index ? { ...each, ...fields } : each)),
      `condition ${node.name} ${index} ${what}`,
    );
  const swap = (index: number) =>
    set((before) => before.map((each, at) => (at === index ? before[at - 1]! : at === index - 1 ? before[index]! : each)));
  return (
    <fieldset className={styles.group}>
      <legend>{t.conditions}</legend>
      <p className={styles.quiet}>{t.conditionsHint}</p>
      {conditions.map((condition, index) => {
        const isDefault = condition.name === DEFAULT && condition.expression === undefined;
        return (
          <div key={index} className={styles.port}>
            <div className={styles.conditionName}>
              <Input
                value={condition.name}
                ariaLabel={t.conditionName(index + 1)}
                readOnly={isDefault}
                onChange={({ detail }) => change(index, { name: detail.value }, "name")}
              />
              <span>
                <Button
                  variant="icon"
                  iconName="angle-up"
                  ariaLabel={t.moveUp(shown(condition.name))}
                  disabled={index === 0}
                  onClick={() => swap(index)}
                />
                <Button
                  variant="icon"
                  iconName="remove"
                  ariaLabel={t.removePort(shown(condition.name))}
                  onClick={() => set((before) => before.filter((_, at) => at !== index))}
                />
              </span>
            </div>
            {!isDefault && (
              <Input
                value={condition.expression ?? ""}
                ariaLabel={t.expressionOf(shown(condition.name))}
                onChange={({ detail }) => change(index, { expression: detail.value }, "expression")}
              />
            )}
          </div>
        );
      })}
      <Button
        iconName="add-plus"
        onClick={() =>
          set((before) => {
            const name = freeName(
              "condition",
              before.map((each) => each.name),
            );
            // `default` stays the last one.
            const at = before.findIndex((each) => each.name === DEFAULT);
            return before.toSpliced(at < 0 ? before.length : at, 0, { name, expression: "" });
          })
        }
      >
        {t.addCondition}
      </Button>
    </fieldset>
  );
}
