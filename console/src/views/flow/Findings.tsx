import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Definition } from "../../flow_file/definition";
import { lineOf } from "../../flow_file/json_text";
import { detailsOf, type Place, placeIn, type Validation } from "../../flow_file/validations";
import { useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import styles from "./Flow.module.css";
import { messages } from "./messages";
import { validationWords } from "./validation_words";

interface Props {
  definition: Definition;
  validations: Validation[];
  /** Of the file, with where the definition is in it. Lines are shown with it. */
  text?: string;
  onChoose: (place: Place) => void;
}

/** What validation found, worst first. Each leads to its node, and to its line of the file. */
export function Findings({ definition, validations, text, onChoose }: Props) {
  const t = useMessages(messages);
  const words = useMessages(validationWords);
  const sorted = [...validations].sort((one, other) => one.severity.localeCompare(other.severity));
  return (
    <section aria-label={t.validation}>
      <Header variant="h2" counter={validations.length ? `(${validations.length})` : undefined}>
        {t.validation}
      </Header>
      {sorted.length === 0 && <StatusIndicator type="success">{t.valid}</StatusIndicator>}
      <ul className={styles.findings}>
        {sorted.map((validation, index) => {
          const place = placeIn(definition, validation);
          const { input, output, condition } = detailsOf(validation);
          const port = input ?? output ?? condition;
          const told = words[validation.type];
          return (
            <li key={index}>
              <button type="button" className={styles.finding} onClick={() => onChoose(place)}>
                <StatusIndicator
                  type={validation.severity === "Error" ? "error" : "warning"}
                  iconAriaLabel={validation.severity === "Error" ? t.error : t.warning}
                />
                <span>
                  {place.nodes.length > 0 && (
                    <strong>
                      <Text of={[...place.scope, place.nodes.join(" → "), port].filter(Boolean).join(" · ")} />{" "}
                    </strong>
                  )}
                  {told ?? <Text of={validation.message ?? validation.type} />}
                </span>
                <span className={styles.source}>
                  {text !== undefined && `${t.line(lineOf(text, place.path))} · `}
                  <Text of={validation.type} />
                  {told !== undefined && validation.message !== undefined && (
                    <>
                      : <Text of={validation.message} />
                    </>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
