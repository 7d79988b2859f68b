import type { TextItem, TextStyle } from "pdfjs-dist/types/src/display/api";
import type { Viewport } from "./outlines";

/** Four corners, in the coordinates of the PDF. */
export type Quad = readonly (readonly [number, number])[];

/** Of the height of a line; pdf.js does not know it for every font. */
const [ASCENT, DESCENT] = [0.8, -0.2];

/**
 * Where a part of a line is on its page, from 0 at its beginning to 1 at its end. `transform` leads from the line, whose
 * letters are 1 high, to the page.
 */
export function quadOf({ transform, width, height, dir }: TextItem, style: TextStyle | undefined, from: number, to: number): Quad {
  const [a, b, c, d, x, y] = transform as [number, number, number, number, number, number];
  const [along, up] = [unit(a, b), unit(c, d)];
  const at = (lengthwise: number, across: number) =>
    [x + along[0] * lengthwise + up[0] * across, y + along[1] * lengthwise + up[1] * across] as const;
  if (style?.vertical) return corners(at, -width / 2, width / 2, -from * height, -to * height);
  const [first, last] = dir === "rtl" ? [1 - to, 1 - from] : [from, to];
  const size = Math.hypot(c, d);
  return corners(at, first * width, last * width, size * (style?.descent || DESCENT), size * (style?.ascent || ASCENT));
}

function corners(at: (x: number, y: number) => readonly [number, number], x0: number, x1: number, y0: number, y1: number): Quad {
  return [at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)];
}

function unit(x: number, y: number): [number, number] {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

/** The points of an SVG polygon in a viewport. */
export function pointsOf(quad: Quad, viewport: Pick<Viewport, "convertToViewportPoint">): string {
  return quad.map(([x, y]) => viewport.convertToViewportPoint(x, y).map((each) => each.toFixed(2)).join(",")).join(" ");
}
