import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { useMessages } from "../../../i18n/language";
import { ErrorText } from "../../../shell/notifications";
import { messages } from "../messages";
import { FileRanges } from "./FileRanges";
import { openPdf } from "./openPdf";
import { PageView, type PlacedImage } from "./PageView";
import styles from "./PdfViewer.module.css";
import { Toolbar } from "./Toolbar";
import { type Passage, usePassage } from "./usePassage";
import { scaleOf, type Zoom } from "./zoom";

interface Props {
  /** Gives a fresh link to the file. Another function opens another file. */
  ask: () => Promise<string>;
  page: number;
  onPage: (page: number) => void;
  images: PlacedImage[];
  /** To be highlighted. */
  passage: Passage | undefined;
  chosen: string | undefined;
  onChoose: (imageId: string) => void;
}

interface Opened {
  pdf: PDFDocumentProxy;
  labels: string[] | null;
}

/** One page of a PDF at a time, with its images outlined. */
export default function PdfViewer({ ask, page, onPage, images, passage, chosen, onChoose }: Props) {
  const t = useMessages(messages);
  const [attempt, setAttempt] = useState(0);
  const { opened, error } = useOpened(ask, attempt);
  const places = usePassage(opened?.pdf, passage);
  const [zoom, setZoom] = useState<Zoom>("width");
  const area = useRef<HTMLDivElement>(null);
  const room = useWidth(area);
  const count = opened?.pdf.numPages ?? 0;
  const number = Math.min(page, Math.max(count, 1));

  function turn(event: React.KeyboardEvent) {
    if (event.target !== area.current) return;
    if (event.key === "ArrowRight" && number < count) onPage(number + 1);
    if (event.key === "ArrowLeft" && number > 1) onPage(number - 1);
  }

  return (
    <section className={styles.viewer} aria-label={t.viewer}>
      <Toolbar
        page={number}
        count={count}
        label={opened?.labels?.[number - 1] ?? ""}
        onPage={onPage}
        zoom={zoom}
        onZoom={setZoom}
      />
      {error !== undefined && (
        <Alert type="error" header={t.fileFailed} action={<Button onClick={() => setAttempt(attempt + 1)}>{t.again}</Button>}>
          <ErrorText error={error} />
        </Alert>
      )}
      {places?.size === 0 && (
        <Box color="text-body-secondary" fontSize="body-s">
          <span role="status">{t.passageNotFound}</span>
        </Box>
      )}
      {/* What scrolls can be reached by keyboard. */}
      <div ref={area} className={styles.area} role="group" aria-label={t.pageArea} tabIndex={0} onKeyDown={turn}>
        {opened && room > 0 ? (
          <PageView
            pdf={opened.pdf}
            number={number}
            scale={(width) => scaleOf(zoom, room, width)}
            images={images}
            passage={places?.get(number)}
            chosen={chosen}
            onChoose={onChoose}
          />
        ) : (
          error === undefined && (
            <Box textAlign="center" padding="xxl">
              <StatusIndicator type="loading">{t.opening}</StatusIndicator>
            </Box>
          )
        )}
      </div>
    </section>
  );
}

function useOpened(ask: Props["ask"], attempt: number): { opened?: Opened; error?: unknown } {
  const [state, setState] = useState<{ opened?: Opened; error?: unknown }>({});
  useEffect(() => {
    let closed = false;
    const failed = (error: unknown) => {
      if (!closed) setState({ error });
    };
    setState({});
    const opening = openPdf(new FileRanges(ask), failed);
    opening
      .then(async (task) => {
        const pdf = await task.promise;
        const labels = await pdf.getPageLabels().catch(() => null);
        if (!closed) setState({ opened: { pdf, labels } });
      })
      .catch(failed);
    return () => {
      closed = true;
      void opening.then((task) => task.destroy(), () => {});
    };
  }, [ask, attempt]);
  return state;
}

/** How wide the inside of an element is. */
function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const seen = element.current!;
    const observer = new ResizeObserver(() => setWidth(seen.clientWidth));
    observer.observe(seen);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
