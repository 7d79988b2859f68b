import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { Text } from "../../text/Text";
import styles from "./Gaps.module.css";
import { messages } from "./messages";

interface Props {
  gaps: Schemas["DocumentDetails"]["gaps"];
  onShow: (page: number, imageId?: string) => void;
}

/** What could not be read: where, why, and what to do. */
export function Gaps({ gaps, onShow }: Props) {
  const t = useMessages(messages);
  if (!gaps.length) return <Box color="text-body-secondary">{t.noGaps}</Box>;
  return (
    <SpaceBetween size="s">
      <Box color="text-body-secondary">{t.gapsDetail}</Box>
      <ul className={styles.gaps}>
        {gaps.map(({ page, error, picture_id: imageId }, index) => (
          <li key={index}>
            <div className={styles.where}>
              {page > 0 ? (
                <Button variant="inline-link" onClick={() => onShow(page, imageId)}>
                  {imageId ? t.imageOnPage(page) : t.page(page)}
                </Button>
              ) : (
                <Box fontWeight="bold">{t.wholeDocument}</Box>
              )}
            </div>
            <Text of={error.message} />
            <Box fontSize="body-s" color="text-body-secondary">
              <Text of={error.name} />
            </Box>
          </li>
        ))}
      </ul>
    </SpaceBetween>
  );
}
