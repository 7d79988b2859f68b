import { getDocument, GlobalWorkerOptions, PDFDataRangeTransport, version, type PDFDocumentLoadingTask } from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import type { FileRanges } from "./FileRanges";

GlobalWorkerOptions.workerSrc = worker;

// vite.config.ts puts them there.
const DATA = `/assets/pdfjs-${version}/`;
/** Bytes that are read at once at least, and at most. */
const [LEAST, MOST] = [2 ** 16, 2 ** 19];
const PARTS = 128;

/** Open a PDF of which only what is shown is read. `failed` is told when a range cannot be read. */
export async function openPdf(ranges: FileRanges, failed: (error: unknown) => void): Promise<PDFDocumentLoadingTask> {
  const first = await ranges.read(0, LEAST);
  // Where all pages hang on one node, pdf.js looks at each of them, one after the other, before it shows any.
  const chunk = Math.min(MOST, Math.ceil(first.length / PARTS / LEAST) * LEAST);
  return getDocument({
    range: new Transport(ranges, first.length, first.bytes, failed),
    rangeChunkSize: chunk,
    disableAutoFetch: true,
    disableStream: true,
    disableWorkerRendering: true,
    wasmUrl: `${DATA}wasm/`,
    cMapUrl: `${DATA}cmaps/`,
    iccUrl: `${DATA}iccs/`,
    standardFontDataUrl: `${DATA}standard_fonts/`,
    useWorkerFetch: true,
  });
}

class Transport extends PDFDataRangeTransport {
  readonly #ranges: FileRanges;
  readonly #failed: (error: unknown) => void;

  constructor(ranges: FileRanges, length: number, first: Uint8Array, failed: (error: unknown) => void) {
    super(length, first);
    this.#ranges = ranges;
    this.#failed = failed;
  }

  override requestDataRange(begin: number, end: number) {
    this.#ranges.read(begin, end).then(({ bytes }) => this.onDataRange(begin, bytes), this.#failed);
  }
}
