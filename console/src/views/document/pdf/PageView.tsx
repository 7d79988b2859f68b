import Alert from "@cloudscape-design/components/alert";
import { type PDFDocumentProxy, type PDFPageProxy, RenderingCancelledException, TextLayer } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { useMessages } from "../../../i18n/language";
import { ErrorText } from "../../../shell/notifications";
import { messages } from "../messages";
import { type Box, outlineOf } from "./outlines";
import styles from "./PageView.module.css";
import { pointsOf, type Quad } from "./textPlaces";
import { densityOf } from "./zoom";

export interface PlacedImage {
  id: string;
  /** What it is called on the page. */
  label: string;
  places: { page: number; box: Box }[];
}

interface Props {
  pdf: PDFDocumentProxy;
  number: number;
  /** Pixels for each point, for a page of this width in points. */
  scale: (pageWidth: number) => number;
  images: PlacedImage[];
  /** Where the highlighted passage is. */
  passage: Quad[] | undefined;
  chosen: string | undefined;
  onChoose: (imageId: string) => void;
}

export function PageView({ pdf, number, scale, images, passage, chosen, onChoose }: Props) {
  const t = useMessages(messages);
  const { page, error } = usePage(pdf, number);
  if (error !== undefined) {
    return (
      <Alert type="error" header={t.pageFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  if (!page) return null;
  const displayed = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: scale(displayed.width) });
  const outlines = images.flatMap(({ id, label, places }) =>
    places
      .filter((place) => place.page === number)
      .map((place, index) => ({ id, label, key: `${id} ${index}`, at: outlineOf(place.box, displayed, viewport) })),
  );
  // What is large comes first, so that what is in front of it can be chosen.
  outlines.sort((one, other) => other.at.width * other.at.height - one.at.width * one.at.height);
  return (
    <div className={styles.page} style={{ width: viewport.width, height: viewport.height }} data-page={number}>
      {/* pdf.js cannot draw twice on one canvas, so each drawing has its own. */}
      <Drawing key={`${number} ${viewport.scale}`} page={page} viewport={viewport} />
      {passage && <Highlight passage={passage} viewport={viewport} />}
      {outlines.map(({ id, label, key, at }) => (
        <button
          key={key}
          type="button"
          className={styles.outline}
          style={at}
          aria-label={label}
          aria-pressed={id === chosen}
          title={label}
          onClick={() => onChoose(id)}
        />
      ))}
    </div>
  );
}

function Highlight({ passage, viewport }: { passage: Quad[]; viewport: ReturnType<PDFPageProxy["getViewport"]> }) {
  const t = useMessages(messages);
  const group = useRef<SVGGElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up of an effect.
    void group.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [passage]);
  return (
    <svg className={styles.passage} viewBox={`0 0 ${viewport.width} ${viewport.height}`} role="img" aria-label={t.passage}>
      <g ref={group}>
        {passage.map((quad, index) => (
          <polygon key={index} points={pointsOf(quad, viewport)} />
        ))}
      </g>
    </svg>
  );
}

function Drawing({ page, viewport }: { page: PDFPageProxy; viewport: ReturnType<PDFPageProxy["getViewport"]> }) {
  const t = useMessages(messages);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(false);
  const [error, setError] = useState<unknown>();
  // A rendering of the parts around it makes a viewport of the same values.
  const [view] = useState(viewport);
  const density = densityOf(view.width, view.height, window.devicePixelRatio);

  useEffect(() => {
    const task = page.render({
      canvas: canvas.current!,
      viewport: view,
      transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0],
    });
    const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: text.current!, viewport: view });
    task.promise.then(
      () => setDrawn(true),
      (reason: unknown) => reason instanceof RenderingCancelledException || setError(reason),
    );
    layer.render().catch(() => {});
    const container = text.current!;
    return () => {
      task.cancel();
      layer.cancel();
      container.replaceChildren();
    };
  }, [page, view, density]);

  return (
    <>
      <canvas
        ref={canvas}
        className={styles.canvas}
        width={Math.floor(view.width * density)}
        height={Math.floor(view.height * density)}
        data-drawn={drawn}
        aria-hidden
      />
      <div
        ref={text}
        className={styles.text}
        style={{ "--total-scale-factor": view.scale * view.userUnit } as React.CSSProperties}
      />
      {error !== undefined && (
        <Alert type="error" header={t.pageFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
    </>
  );
}

function usePage(pdf: PDFDocumentProxy, number: number): { page?: PDFPageProxy; error?: unknown } {
  const [state, setState] = useState<{ page?: PDFPageProxy; error?: unknown }>({});
  useEffect(() => {
    let left = false;
    pdf.getPage(number).then(
      (page) => left || setState({ page }),
      (error: unknown) => left || setState({ error }),
    );
    return () => {
      left = true;
    };
  }, [pdf, number]);
  return state.page && state.page.pageNumber !== number ? {} : state;
}
