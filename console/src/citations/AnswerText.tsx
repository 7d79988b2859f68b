import type { Schemas } from "../api/client";
import { useViewAt } from "../shell/views";
import { Text } from "../text/Text";
import { withLinks } from "./citation_links";
import styles from "./Citations.module.css";

/** An answer, each of whose marks leads to the page that it cites, where there is a view of one document. */
export function AnswerText({ of, citations }: { of: string; citations: Schemas["Citation"][] }) {
  const linked = useViewAt("/documents/1");
  return (
    <div className={styles.answer}>
      <Text of={linked ? withLinks(of, citations) : of} rich />
    </div>
  );
}
