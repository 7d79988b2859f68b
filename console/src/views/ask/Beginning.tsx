import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { Link } from "react-router";
import { answer } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { useViewAt } from "../../shell/views";
import { shown } from "../../text/plain";
import styles from "./Beginning.module.css";
import { messages } from "./messages";

const MINUTE = 60_000;

/** What a new conversation can begin with. */
export function Beginning({ onChoose }: { onChoose: (question: string) => void }) {
  const t = useMessages(messages);
  const api = useApi();
  const load = useCallback(
    (signal: AbortSignal) => answer(api.GET("/documents", { params: { query: { limit: 5 } }, signal })),
    [api],
  );
  const { value } = useLive(load, () => MINUTE);
  const uploadable = useViewAt("/documents");
  const readable = value?.documents.find((each) => each.status.startsWith("INGESTED"));
  const empty = value?.documents.length === 0;
  const suggestions = readable ? t.suggestionsOf(shown(readable.file_name)) : t.suggestions;
  return (
    <SpaceBetween size="m">
      <Box variant="h2">{empty ? t.emptyLibrary : t.ready}</Box>
      {empty && (
        <Box color="text-body-secondary">
          {t.emptyLibraryDetail} {uploadable && <Link to="/documents">{t.upload}</Link>}
        </Box>
      )}
      <Box>{t.try}</Box>
      <ul className={styles.suggestions}>
        {suggestions.map((each) => (
          <li key={each}>
            <Button wrapText onClick={() => onChoose(each)}>
              <bdi>{each}</bdi>
            </Button>
          </li>
        ))}
      </ul>
    </SpaceBetween>
  );
}
