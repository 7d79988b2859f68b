import Box from "@cloudscape-design/components/box";
import { textOf } from "../../flow_runs/documents";
import { Text } from "../../text/Text";
import styles from "./Run.module.css";

/** What a node was given or gave. */
export function Document({ name, of }: { name: string; of: unknown }) {
  return (
    <div className={styles.document}>
      <Box fontSize="body-s" color="text-body-secondary">
        <Text of={name} />
      </Box>
      <pre tabIndex={0}>
        <Text of={textOf(of)} />
      </pre>
    </div>
  );
}
