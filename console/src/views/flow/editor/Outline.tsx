import Header from "@cloudscape-design/components/header";
import { useMemo } from "react";
import type { Definition } from "../../../flow_file/definition";
import { outlineOf } from "../../../flow_file/outline";
import type { Colour } from "../../../flow_file/validations";
import { messages as graphMessages } from "../../../flow_graph/messages";
import { useMessages } from "../../../i18n/language";
import { shown } from "../../../text/plain";
import { Text } from "../../../text/Text";
import styles from "./Editor.module.css";
import { messages } from "./messages";

interface Props {
  definition: Definition;
  colours: Map<string, Colour> | undefined;
  chosen: string | undefined;
  onChoose: (node: string) => void;
}

const SIGNS: Record<Colour, string> = { green: "✓", yellow: "!", red: "✕" };

/** The nodes in the order of the data, with what each leads to. Each opens its form. */
export function Outline({ definition, colours, chosen, onChoose }: Props) {
  const t = useMessages(messages);
  const { types, colours: words } = useMessages(graphMessages);
  const listed = useMemo(() => outlineOf(definition), [definition]);
  return (
    <nav aria-label={t.outline}>
      <Header variant="h2">{t.outline}</Header>
      {listed.length === 0 && t.noNodes}
      <ol className={styles.outline}>
        {listed.map(({ node, index }) => {
          const colour = colours?.get(node.name) ?? "green";
          const targets = [...new Set(definition.connections.filter((each) => each.source === node.name).map((each) => each.target))];
          return (
            <li key={index}>
              <button
                type="button"
                className={styles.entry}
                data-colour={colour}
                aria-current={chosen === node.name}
                onClick={() => onChoose(node.name)}
              >
                <span className={styles.sign} role="img" aria-label={words[colour]} title={words[colour]}>
                  {SIGNS[colour]}
                </span>
                <span>
                  <Text of={node.name} />{" "}
                  <span className={styles.quiet}>
                    {types[node.type] ?? shown(node.type)}
                    {targets.length > 0 && ` · ${t.leadsTo} ${targets.map(shown).join(", ")}`}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
