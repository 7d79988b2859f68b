import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import TokenGroup from "@cloudscape-design/components/token-group";
import { useState } from "react";
import { useMessages } from "../../i18n/language";
import { shown } from "../../text/plain";
import { messages } from "./messages";
import styles from "./Names.module.css";

interface Props {
  label: string;
  hint: string;
  description?: string;
  names?: string[];
  onChange: (names: string[]) => void;
}

/** A list of users or groups that can be typed, one after the other. */
export function Names({ label, hint, description, names = [], onChange }: Props) {
  const t = useMessages(messages);
  const [typed, setTyped] = useState("");

  function add() {
    const name = typed.trim();
    if (!name) return;
    if (!names.includes(name)) onChange([...names, name]);
    setTyped("");
  }

  return (
    <FormField label={label} description={description} stretch>
      <div className={styles.line}>
        <Input
          value={typed}
          placeholder={hint}
          onChange={({ detail }) => setTyped(detail.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.detail.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <Button onClick={add} ariaLabel={`${t.add}: ${label}`} disabled={!typed.trim()}>
          {t.add}
        </Button>
      </div>
      <TokenGroup
        items={names.map((name) => ({ label: shown(name), dismissLabel: t.take(shown(name)) }))}
        onDismiss={({ detail }) => onChange(names.filter((_, index) => index !== detail.itemIndex))}
      />
    </FormField>
  );
}
