import { answer, type Api, type Schemas } from "../../api/client";

type Document = Schemas["DocumentDetails"];

/** As many images as the API gives at once. */
const LIMIT = 100;

/** A document with all of its images, which the API gives page by page. */
export async function loadDocument(api: Api, documentId: string, signal: AbortSignal): Promise<Document> {
  const ask = (next?: string) => {
    const params = { path: { document_id: documentId }, query: { limit: LIMIT, next } };
    return answer(api.GET("/documents/{document_id}", { params, signal }));
  };
  const document = await ask();
  const pictures = [...document.pictures];
  for (let next = document.next; next; ) {
    const more = await ask(next);
    pictures.push(...more.pictures);
    next = more.next;
  }
  return { ...document, pictures };
}
