import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useState } from "react";
import { findPassage } from "./passages";
import { type Quad, quadOf } from "./textPlaces";

/** A passage that begins on a page. */
export interface Passage {
  page: number;
  words: string;
}

/** Where a passage is, by page, which can go on on the following page; empty if it was not found. */
export type PassagePlaces = ReadonlyMap<number, Quad[]>;

export function usePassage(pdf: PDFDocumentProxy | undefined, passage: Passage | undefined): PassagePlaces | undefined {
  const [places, setPlaces] = useState<PassagePlaces>();
  const { page, words } = passage ?? {};
  useEffect(() => {
    setPlaces(undefined);
    if (!pdf || !page || !words) return;
    let left = false;
    placesOf(pdf, { page, words }).then(
      (found) => left || setPlaces(found),
      () => left || setPlaces(new Map()),
    );
    return () => {
      left = true;
    };
  }, [pdf, page, words]);
  return places;
}

async function placesOf(pdf: PDFDocumentProxy, { page, words }: Passage): Promise<PassagePlaces> {
  const numbers = [page, page + 1].filter((each) => each <= pdf.numPages);
  const lines = (await Promise.all(numbers.map((number) => linesOf(pdf, number)))).flat();
  const places = new Map<number, Quad[]>();
  for (const { text, from, to } of findPassage(words, lines.map(({ item }) => item.str))) {
    const { number, item, style } = lines[text]!;
    const part = partsOf(item.str, style?.fontFamily);
    places.set(number, [...(places.get(number) ?? []), quadOf(item, style, part(from), part(to))]);
  }
  return places;
}

async function linesOf(pdf: PDFDocumentProxy, number: number) {
  const page = await pdf.getPage(number);
  const { items, styles } = await page.getTextContent();
  return items.flatMap((item) => ("str" in item ? [{ number, item, style: styles[item.fontName] }] : []));
}

/** How much of a line is before one of its characters, by a font of the same kind. */
function partsOf(line: string, font = "sans-serif"): (at: number) => number {
  const ruler = document.createElement("canvas").getContext("2d")!;
  ruler.font = `100px ${font}`;
  const width = (text: string) => ruler.measureText(text).width;
  const whole = width(line) || 1;
  return (at) => width(line.slice(0, at)) / whole;
}
