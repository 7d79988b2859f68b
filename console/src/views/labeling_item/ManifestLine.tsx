import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import styles from "./ManifestLine.module.css";
import { messages } from "./messages";

/** The clip's own name. */
export const clipName = ({ input }: Schemas["LabelItem"]): string =>
  String(input["source-ref"] ?? input["source"] ?? "").split("/").at(-1) ?? "";

/** What the manifest says of the clip. */
export function ManifestLine({ of }: { of: Record<string, unknown> }) {
  const t = useMessages(messages);
  const entries = Object.entries(of).filter(([key]) => key !== "source-ref" && key !== "source");
  if (entries.length === 0) return null;
  return (
    <details className={styles.input}>
      <summary>{t.input}</summary>
      <dl>
        {entries.map(([key, value]) => (
          <div key={key}>
            <dt>
              <Text of={key} />
            </dt>
            <dd>
              <Text of={typeof value === "string" ? value : JSON.stringify(value)} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
