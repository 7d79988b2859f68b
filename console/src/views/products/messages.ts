import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

interface ProductsMessages {
  action: string;
  title: string;
  description: string;
  search: string;
  own: string;
  every: string;
  name: string;
  classification: string;
  classifications: Record<Schemas["Classification"], string>;
  owner: string;
  status: string;
  statuses: Record<Schemas["Product"]["status"], string>;
  granted: string;
  listFailed: string;
  loading: string;
  none: string;
  noneDetail: string;
  request: string;
  requestTitle: string;
  purpose: string;
  purposeHint: string;
  until: string;
  untilHint: string;
  group: string;
  myself: string;
  requested: string;
  requestFailed: string;
  create: string;
  createTitle: string;
  id: string;
  idHint: string;
  descriptionField: string;
  department: string;
  created: (id: string) => string;
  createFailed: string;
  publish: string;
  published: string;
  changeFailed: string;
  cancel: string;
}

export const messages: Messages<ProductsMessages> = {
  en: {
    action: "Action",
    title: "Data products",
    description: "Collections of documents that you can ask for",
    search: "Search by name, description or term",
    own: "Only mine",
    every: "Every classification",
    name: "Data product",
    classification: "Classification",
    classifications: {
      public: "Public",
      internal: "Internal",
      confidential: "Confidential",
      personal_data: "Personal data",
    },
    owner: "Owner",
    status: "Status",
    statuses: { draft: "Draft", published: "Published", retired: "Retired" },
    granted: "You have access",
    listFailed: "The data products could not be loaded",
    loading: "Loading data products",
    none: "No data products",
    noneDetail: "Make one here, or with `docent product create`.",
    request: "Ask for access",
    requestTitle: "Ask for access",
    purpose: "Purpose",
    purposeHint: "What you need it for",
    until: "Last day",
    untilHint: "At most a year from now",
    group: "For",
    myself: "Me",
    requested: "You have asked for access. The view Access shows what was decided.",
    requestFailed: "The request was not made",
    create: "New data product",
    createTitle: "Make a data product",
    id: "Id",
    idHint: "Lower-case letters, digits and hyphens. Documents name it among their readers.",
    descriptionField: "Description",
    department: "Department",
    created: (id) => `${id} is a draft. Name it as a reader of its documents, then publish it.`,
    createFailed: "The data product was not made",
    publish: "Publish",
    published: "It is published",
    changeFailed: "It was not changed",
    cancel: "Cancel",
  },
  de: {
    action: "Aktion",
    title: "Datenprodukte",
    description: "Sammlungen von Dokumenten, auf die Sie Zugriff beantragen können",
    search: "Nach Name, Beschreibung oder Begriff suchen",
    own: "Nur meine",
    every: "Jede Klassifizierung",
    name: "Datenprodukt",
    classification: "Klassifizierung",
    classifications: {
      public: "Öffentlich",
      internal: "Intern",
      confidential: "Vertraulich",
      personal_data: "Personenbezogen",
    },
    owner: "Eigentümer",
    status: "Status",
    statuses: { draft: "Entwurf", published: "Veröffentlicht", retired: "Zurückgezogen" },
    granted: "Sie haben Zugriff",
    listFailed: "Die Datenprodukte konnten nicht geladen werden",
    loading: "Datenprodukte werden geladen",
    none: "Keine Datenprodukte",
    noneDetail: "Legen Sie hier eines an oder mit `docent product create`.",
    request: "Zugriff beantragen",
    requestTitle: "Zugriff beantragen",
    purpose: "Zweck",
    purposeHint: "Wofür Sie ihn brauchen",
    until: "Letzter Tag",
    untilHint: "Höchstens ein Jahr ab heute",
    group: "Für",
    myself: "Mich",
    requested: "Sie haben Zugriff beantragt. Die Ansicht Zugriff zeigt, was entschieden wurde.",
    requestFailed: "Der Antrag wurde nicht gestellt",
    create: "Neues Datenprodukt",
    createTitle: "Datenprodukt anlegen",
    id: "Kennung",
    idHint: "Kleinbuchstaben, Ziffern und Bindestriche. Dokumente nennen sie unter ihren Lesern.",
    descriptionField: "Beschreibung",
    department: "Abteilung",
    created: (id) => `${id} ist ein Entwurf. Nennen Sie es als Leser seiner Dokumente und veröffentlichen Sie es dann.`,
    createFailed: "Das Datenprodukt wurde nicht angelegt",
    publish: "Veröffentlichen",
    published: "Es ist veröffentlicht",
    changeFailed: "Es wurde nicht geändert",
    cancel: "Abbrechen",
  },
};
