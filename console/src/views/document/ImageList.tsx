import Box from "@cloudscape-design/components/box";
import type { Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useMessages } from "../../i18n/language";
import { useDeployment } from "../../shell/deployment";
import styles from "./Images.module.css";
import { messages } from "./messages";

type Image = Schemas["Picture"];

interface Props {
  images: Image[];
  labelOf: (image: Image) => string;
  onChoose: (imageId: string) => void;
}

/** All images of a document, small. */
export function ImageList({ images, labelOf, onChoose }: Props) {
  const t = useMessages(messages);
  const { config } = useDeployment();
  if (!images.length) return <Box color="text-body-secondary">{t.noImages}</Box>;
  return (
    <ul className={styles.list}>
      {images.map((image) => {
        const address = image.thumbnail_url ?? image.image_url;
        return (
          <li key={image.picture_id}>
            <button type="button" className={styles.small} onClick={() => onChoose(image.picture_id)}>
              <span className={styles.thumbnail}>
                {address && <img src={sameOrigin(address, config.files)} alt="" loading="lazy" />}
              </span>
              {labelOf(image)}
              {image.outcome !== "clean" && <span className={styles.outcome}>{t.outcomeWords[image.outcome]}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
