/** Of the page as it is printed, or as wide as there is room. */
export type Zoom = "width" | number;

export const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3, 4];

/** CSS counts 96 pixels, and PDF 72 points, to an inch. */
const PIXELS = 96 / 72;

/** Pixels for each point. */
export function scaleOf(zoom: Zoom, room: number, pageWidth: number): number {
  return zoom === "width" ? room / pageWidth : zoom * PIXELS;
}

// Browsers draw nothing on a canvas that is larger, and each pixel takes four bytes.
const MOST_PIXELS = 16_000_000;

/** How many pixels of the canvas there are for each pixel of the page. */
export function densityOf(width: number, height: number, screen: number): number {
  return Math.min(screen, Math.sqrt(MOST_PIXELS / (width * height)));
}
