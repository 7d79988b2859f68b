import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useFormats, useMessages } from "../../i18n/language";
import { useDeployment } from "../../shell/deployment";
import { Text } from "../../text/Text";
import styles from "./Images.module.css";
import { MaskedText } from "./MaskedText";
import { messages } from "./messages";
import { paramsOf } from "./usePlace";

interface Props {
  image: Schemas["Picture"];
  label: string;
  onPage: (page: number) => void;
  onClose: () => void;
  /** The image's link has expired. */
  onExpired: () => void;
}

/** Everything that is known of one image. */
export function ImageDetails({ image, label, onPage, onClose, onExpired }: Props) {
  const t = useMessages(messages);
  const { number, dollars } = useFormats();
  const kinds = image.masked.map(({ kind }) => kind);
  const pages = [...new Set(image.places.map(({ page }) => page))];
  const tokens = image.input_tokens + image.output_tokens;
  return (
    <SpaceBetween size="m">
      <div className={styles.head}>
        <Button iconName="angle-left" variant="icon" ariaLabel={t.allImages} onClick={onClose} />
        <Box variant="h2">{label}</Box>
      </div>
      <WholeImage image={image} label={label} onExpired={onExpired} />
      {image.outcome !== "clean" && (
        <Alert type={image.outcome === "masked" ? "info" : "warning"}>{t.outcomes[image.outcome]}</Alert>
      )}
      <div>
        <Box variant="h3">{t.textRead}</Box>
        {image.text ? <MaskedText of={image.text} kinds={kinds} /> : <Box color="text-body-secondary">{t.noText}</Box>}
      </div>
      <div>
        <Box variant="h3">{t.whatItShows}</Box>
        {image.description ? (
          <MaskedText of={image.description} kinds={kinds} />
        ) : (
          <Box color="text-body-secondary">{t.noDescription}</Box>
        )}
      </div>
      {image.masked.length > 0 && (
        <div>
          <Box variant="h3">{t.maskedKinds}</Box>
          <ul className={styles.chips}>
            {image.masked.map(({ kind, count }) => (
              <li key={kind}>
                <Text of={kind} /> × {number(count)}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <Box variant="h3">{t.whereElse}</Box>
        {pages.length > 1 && (
          <div className={styles.pages}>
            {t.onPages}
            {pages.map((page) => (
              <Button key={page} ariaLabel={t.page(page)} onClick={() => onPage(page)}>
                {String(page)}
              </Button>
            ))}
          </div>
        )}
        {image.also_in.length > 0 && (
          <ul className={styles.others}>
            {image.also_in.map((other) => (
              <li key={other.document_id}>
                <Link to={`/documents/${other.document_id}?${paramsOf({ page: 1, image: image.picture_id, tab: "images" })}`}>
                  <Text of={other.file_name} />
                </Link>
              </li>
            ))}
          </ul>
        )}
        {pages.length < 2 && image.also_in.length === 0 && <Box color="text-body-secondary">{t.nowhereElse}</Box>}
      </div>
      <KeyValuePairs
        columns={2}
        items={[
          { label: t.kind, value: t.kinds[image.kind] ?? image.kind },
          {
            label: t.cost,
            value: tokens ? t.tokensAndCost(number(image.input_tokens), number(image.output_tokens), dollars(image.cost_usd)) : t.noCost,
          },
        ]}
      />
    </SpaceBetween>
  );
}

function WholeImage({ image, label, onExpired }: Pick<Props, "image" | "label" | "onExpired">) {
  const t = useMessages(messages);
  const { config } = useDeployment();
  const address = image.image_url;
  const [broken, setBroken] = useState<string>();
  if (!address) return <Box color="text-body-secondary">{t.imageWithheld}</Box>;
  if (broken === image.picture_id) return <Box color="text-status-error">{t.imageFailed}</Box>;
  return (
    <div className={styles.frame}>
      <img
        src={sameOrigin(address, config.files)}
        alt={image.description || label}
        onError={() => {
          setBroken(image.picture_id);
          onExpired();
        }}
      />
    </div>
  );
}
