import { useState } from "react";
import { Link } from "react-router";
import type { Schemas } from "../api/client";
import { sameOrigin } from "../api/files";
import { useMessages } from "../i18n/language";
import { useDeployment } from "../shell/deployment";
import { useViewAt } from "../shell/views";
import { shown } from "../text/plain";
import { Text } from "../text/Text";
import { pageOf } from "./citation_links";
import { messages } from "./messages";
import styles from "./Citations.module.css";

interface Props {
  citations: Schemas["Citation"][];
  /** A link to an image is no longer valid. */
  onStale?: () => void;
}

export function Sources({ citations, onStale }: Props) {
  const t = useMessages(messages);
  return (
    <ol className={styles.sources} aria-label={t.sources}>
      {citations.map((citation, index) => (
        <li key={index} className={styles.source}>
          <span>[{index + 1}]</span>
          <div>
            <Place of={citation} />
            <div className={styles.excerpt}>
              <Text of={citation.excerpt} />
            </div>
          </div>
          {citation.picture_url && <Thumbnail of={citation} onStale={onStale} />}
        </li>
      ))}
    </ol>
  );
}

/** The document and the page, which lead to the view of the document where there is one. */
export function Place({ of }: { of: Pick<Schemas["Citation"], "document_id" | "file_name"> & Partial<Schemas["Citation"]> }) {
  const t = useMessages(messages);
  const linked = useViewAt("/documents/1");
  const words = (
    <>
      <Text of={of.file_name} />
      {of.page !== undefined && `, ${t.page(of.page)}`}
    </>
  );
  return linked ? <Link to={pageOf(of)}>{words}</Link> : <strong>{words}</strong>;
}

function Thumbnail({ of, onStale }: { of: Schemas["Citation"]; onStale?: () => void }) {
  const t = useMessages(messages);
  const { config } = useDeployment();
  const linked = useViewAt("/documents/1");
  const [failed, setFailed] = useState("");
  const address = sameOrigin(of.picture_url!, config.files);
  if (failed === address) return <span>{t.image}</span>;
  const image = (
    <img
      className={styles.thumbnail}
      src={address}
      alt={t.imageOf(shown(of.file_name))}
      loading="lazy"
      onError={() => {
        setFailed(address);
        onStale?.();
      }}
    />
  );
  return linked ? <Link to={pageOf(of)}>{image}</Link> : image;
}
