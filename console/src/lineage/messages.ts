import type { Messages } from "../i18n/language";
import type { Kind } from "./lineage";

export interface LineageMessages {
  kinds: Record<Kind, string>;
  lists: Record<Kind, string>;
  loading: string;
  failed: string;
  hint: string;
  chosen: (title: string, others: number) => string;
  from: (titles: string) => string;
  open: string;
  searchableSince: (time: string) => string;
  notSearchable: string;
  text: (pages: number) => string;
  image: (number: number) => string;
  onPages: (pages: readonly number[]) => string;
  moreImages: (count: number) => string;
  caption: string;
  outcomes: Record<string, string>;
  entries: (count: number) => string;
  earlier: string;
  moreAnswers: (count: number) => string;
  answersTo: (count: number, last: string) => string;
  morePeople: (count: number) => string;
  documents: (count: number) => string;
  pagesAndImages: (pages: number, captioned: number, images: number) => string;
  moreDocuments: (count: number) => string;
  withheldDocuments: (count: number) => string;
  least: string;
}

const one = (count: number, single: string, several: string) => (count === 1 ? single : `${count} ${several}`);

export const messages: Messages<LineageMessages> = {
  en: {
    kinds: {
      product: "Data product",
      document: "Document",
      text: "Text",
      image: "Image",
      caption: "Caption",
      entry: "In the index",
      answer: "Answer to you",
      person: "Answers to",
    },
    lists: {
      product: "Data product",
      document: "Documents",
      text: "Text",
      image: "Images",
      caption: "Captions",
      entry: "Entries of the index",
      answer: "Answers to you",
      person: "Who was answered",
    },
    loading: "Loading the lineage",
    failed: "The lineage could not be loaded",
    hint: "Choose something to see what it comes from and what came of it.",
    chosen: (title, others) => `${title}: connected with ${one(others, "one other", "others")}`,
    from: (titles) => `from ${titles}`,
    open: "Open",
    searchableSince: (time) => `Searchable since ${time}`,
    notSearchable: "Not searchable",
    text: (pages) => `Text of ${one(pages, "one page", "pages")}`,
    image: (number) => `Image ${number}`,
    onPages: (pages) => `on page ${pages.join(", ")}`,
    moreImages: (count) => one(count, "One more image", "more images"),
    caption: "What was read in it",
    outcomes: { clean: "Clean", masked: "Masked", blocked: "Withheld by the guardrail", "not read": "Not read" },
    entries: (count) => one(count, "One entry", "entries"),
    earlier: "from an earlier upload",
    moreAnswers: (count) => one(count, "One more answer", "more answers"),
    answersTo: (count, last) => `${one(count, "One answer", "answers")}, last ${last}`,
    morePeople: (count) => one(count, "One more person", "more people"),
    documents: (count) => one(count, "One document", "documents"),
    pagesAndImages: (pages, captioned, images) => `${one(pages, "One page", "pages")}, ${captioned}/${images} images`,
    moreDocuments: (count) => one(count, "One more document", "more documents"),
    withheldDocuments: (count) => one(count, "One that you may not read", "that you may not read"),
    least: "There are more answers than are counted here",
  },
  de: {
    kinds: {
      product: "Datenprodukt",
      document: "Dokument",
      text: "Text",
      image: "Bild",
      caption: "Bildtext",
      entry: "Im Index",
      answer: "Antwort an Sie",
      person: "Antworten an",
    },
    lists: {
      product: "Datenprodukt",
      document: "Dokumente",
      text: "Text",
      image: "Bilder",
      caption: "Bildtexte",
      entry: "Einträge im Index",
      answer: "Antworten an Sie",
      person: "Wem geantwortet wurde",
    },
    loading: "Die Herkunft wird geladen",
    failed: "Die Herkunft konnte nicht geladen werden",
    hint: "Wählen Sie etwas, um zu sehen, woher es kommt und was daraus wurde.",
    chosen: (title, others) => `${title}: verbunden mit ${one(others, "einem anderen", "anderen")}`,
    from: (titles) => `aus ${titles}`,
    open: "Öffnen",
    searchableSince: (time) => `Durchsuchbar seit ${time}`,
    notSearchable: "Nicht durchsuchbar",
    text: (pages) => `Text von ${one(pages, "einer Seite", "Seiten")}`,
    image: (number) => `Bild ${number}`,
    onPages: (pages) => `auf Seite ${pages.join(", ")}`,
    moreImages: (count) => one(count, "Ein weiteres Bild", "weitere Bilder"),
    caption: "Was darin gelesen wurde",
    outcomes: { clean: "Unbedenklich", masked: "Maskiert", blocked: "Von der Schutzregel zurückgehalten", "not read": "Nicht gelesen" },
    entries: (count) => one(count, "Ein Eintrag", "Einträge"),
    earlier: "aus einem früheren Upload",
    moreAnswers: (count) => one(count, "Eine weitere Antwort", "weitere Antworten"),
    answersTo: (count, last) => `${one(count, "Eine Antwort", "Antworten")}, zuletzt ${last}`,
    morePeople: (count) => one(count, "Eine weitere Person", "weitere Personen"),
    documents: (count) => one(count, "Ein Dokument", "Dokumente"),
    pagesAndImages: (pages, captioned, images) => `${one(pages, "Eine Seite", "Seiten")}, ${captioned}/${images} Bilder`,
    moreDocuments: (count) => one(count, "Ein weiteres Dokument", "weitere Dokumente"),
    withheldDocuments: (count) => one(count, "Eines, das Sie nicht lesen dürfen", "die Sie nicht lesen dürfen"),
    least: "Es gibt mehr Antworten, als hier gezählt sind",
  },
};
