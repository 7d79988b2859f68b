import Alert from "@cloudscape-design/components/alert";
import { useMessages } from "../../i18n/language";
import { ErrorText } from "../../shell/notifications";
import styles from "./ClipElement.module.css";
import { messages } from "./messages";

interface Props {
  kind: "audio" | "video";
  element: (element: HTMLMediaElement | null) => void;
  error: unknown;
}

/** What plays the copy. Its controls are the page's. Web Audio is silent for files of another origin that are not asked for as such. */
export function ClipElement({ kind, element, error }: Props) {
  const t = useMessages(messages);
  return (
    <>
      {error !== undefined && (
        <Alert type="error" header={t.mediaFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {kind === "video" ? (
        <video ref={element} crossOrigin="anonymous" className={styles.video} playsInline preload="auto" aria-label={t.video} />
      ) : (
        <audio ref={element} crossOrigin="anonymous" preload="auto" />
      )}
    </>
  );
}
