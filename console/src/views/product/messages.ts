import type { Messages } from "../../i18n/language";

interface ProductMessages {
  where: string;
  about: string;
  failed: string;
  access: string;
  whoHas: string;
  whoHasOwn: string;
  nobody: string;
  lineage: string;
  documents: string;
  counted: (documents: string, pages: string, images: string) => string;
  quality: string;
  gaps: (gaps: string, failed: string) => string;
  age: string;
  ages: (oldest: string, newest: string) => string;
  terms: string;
  left: string;
}

export const messages: Messages<ProductMessages> = {
  en: {
    where: "Where this is",
    about: "About the data product",
    failed: "The data product could not be loaded",
    access: "Who has what, and why",
    whoHas: "Everybody's requests and grants, with who approved them and which policies decided",
    whoHasOwn: "Your requests and grants, and those of your groups",
    nobody: "Nobody has access or has asked for it",
    lineage: "Lineage",
    documents: "Documents",
    counted: (documents, pages, images) => `${documents}, with ${pages} pages and ${images} images`,
    quality: "Quality",
    gaps: (gaps, failed) => `${gaps} gaps, ${failed} failed`,
    age: "Age",
    ages: (oldest, newest) => `${oldest} to ${newest}`,
    terms: "Terms",
    left: "Has left. Stewards decide in the owner's place.",
  },
  de: {
    where: "Wo Sie sind",
    about: "Zum Datenprodukt",
    failed: "Das Datenprodukt konnte nicht geladen werden",
    access: "Wer hat was, und warum",
    whoHas: "Die Anträge und Zugriffe aller, mit denen, die sie genehmigt haben, und den Richtlinien, die entschieden haben",
    whoHasOwn: "Ihre Anträge und Zugriffe und die Ihrer Gruppen",
    nobody: "Niemand hat Zugriff oder hat ihn beantragt",
    lineage: "Herkunft",
    documents: "Dokumente",
    counted: (documents, pages, images) => `${documents}, mit ${pages} Seiten und ${images} Bildern`,
    quality: "Qualität",
    gaps: (gaps, failed) => `${gaps} Lücken, ${failed} fehlgeschlagen`,
    age: "Alter",
    ages: (oldest, newest) => `${oldest} bis ${newest}`,
    terms: "Begriffe",
    left: "Ist nicht mehr da. Datenverwalter entscheiden an seiner Stelle.",
  },
};
