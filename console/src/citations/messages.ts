import type { Messages } from "../i18n/language";

interface CitationMessages {
  sources: string;
  page: (page: number) => string;
  imageOf: (name: string) => string;
  image: string;
}

export const messages: Messages<CitationMessages> = {
  en: {
    sources: "Sources",
    page: (page) => `page ${page}`,
    imageOf: (name) => `Image in ${name} that the answer was read in`,
    image: "Image",
  },
  de: {
    sources: "Quellen",
    page: (page) => `Seite ${page}`,
    imageOf: (name) => `Bild in ${name}, in dem die Antwort gelesen wurde`,
    image: "Bild",
  },
};
