/** What is needed of pdf.js's viewport. */
export interface Viewport {
  convertToPdfPoint(x: number, y: number): number[];
  convertToViewportPoint(x: number, y: number): number[];
}

/** Left, top, right and bottom, in points from the top left corner of the page as it is displayed. */
export type Box = readonly number[];

export interface Outline {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Where a box of the page is in a viewport. `displayed` is the page's own viewport at scale 1, which knows its rotation,
 * the corner of its CropBox and its UserUnit.
 */
export function outlineOf(box: Box, displayed: Viewport, viewport: Viewport): Outline {
  const [left = 0, top = 0, right = 0, bottom = 0] = box;
  const corner = (x: number, y: number) => {
    const [pdfX = 0, pdfY = 0] = displayed.convertToPdfPoint(x, y);
    const [viewX = 0, viewY = 0] = viewport.convertToViewportPoint(pdfX, pdfY);
    return [viewX, viewY] as const;
  };
  const [x0, y0] = corner(left, top);
  const [x1, y1] = corner(right, bottom);
  return { left: Math.min(x0, x1), top: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
}
