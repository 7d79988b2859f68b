import type { Schemas } from "../api/client";

type Cited = Pick<Schemas["Citation"], "document_id"> & Partial<Schemas["Citation"]>;

/** The page of the document that a citation is on, with the image that was read, or else the passage, highlighted. */
export function pageOf({ document_id, page, picture_url, excerpt }: Cited): string {
  const query = new URLSearchParams();
  if (page) query.set("page", String(page));
  const image = picture_url && imageId(picture_url);
  if (image) query.set("image", image);
  const asked = query.toString();
  // Browsers keep what is behind # to themselves, so no log has the words.
  const passage = page && excerpt && !picture_url ? `#${new URLSearchParams({ from: String(page), passage: excerpt })}` : "";
  return `/documents/${encodeURIComponent(document_id)}${asked && `?${asked}`}${passage}`;
}

/** An answer whose marks, such as [1], are links to the pages of its citations. */
export function withLinks(text: string, citations: readonly Cited[]): string {
  return text.replace(/\[(\d{1,3})\]/g, (mark, number) => {
    const cited = citations[Number(number) - 1];
    return cited ? `[${number}](${pageOf(cited)})` : mark;
  });
}

// Images are kept as images/<image id>.<format>.
function imageId(address: string): string | undefined {
  return /\/images\/([\w-]+)\.\w+(?:\?|$)/.exec(address)?.[1];
}
