import Box from "@cloudscape-design/components/box";
import type { Schemas } from "../../api/client";
import { Place } from "../../citations/Sources";
import { useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import { messages } from "./messages";

/** What the index found for an answer, and what was withheld from it. */
export function WhyThis({ why }: { why: Schemas["Why"] }) {
  const t = useMessages(messages);
  return (
    <>
      <Box variant="h3">{t.passages}</Box>
      {why.passages.length === 0 && <Box>{t.noPassages}</Box>}
      <ol>
        {why.passages.map((passage, index) => (
          <li key={index}>
            <Place of={passage} /> ({t.confidence(passage.confidence)}
            {passage.citation !== undefined && `, ${t.cited(passage.citation)}`})
            {passage.excerpt && (
              <div>
                <Text of={passage.excerpt} />
              </div>
            )}
          </li>
        ))}
      </ol>
      {why.withheld.length > 0 && (
        <>
          <Box variant="h3">{t.withheld}</Box>
          <ul>
            {why.withheld.map((each, index) => (
              <li key={index}>
                {each.text ? <Text of={each.text} /> : <em>{t.notShown}</em>} ({t.withheldReasons[each.reason]})
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
