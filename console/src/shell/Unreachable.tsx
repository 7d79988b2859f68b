import { Text } from "../text/Text";
import { usePreferences } from "./preferences";
import { messages } from "./messages";

/** What the page shows when it cannot even begin. */
export function Unreachable({ error }: { error: unknown }) {
  const t = messages[usePreferences().language];
  return (
    <main>
      <h1>{t.failed}</h1>
      <p>
        {t.failedDetail} <Text of={error instanceof Error ? error.message : String(error)} />
      </p>
      <button onClick={() => window.location.reload()}>{t.reload}</button>
    </main>
  );
}
