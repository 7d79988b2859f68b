import { Text } from "../../text/Text";
import styles from "./Turn.module.css";

export function Question({ of }: { of: string }) {
  return (
    <h2 className={styles.question}>
      <Text of={of} />
    </h2>
  );
}
