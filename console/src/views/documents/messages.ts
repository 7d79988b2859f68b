import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

type Status = Schemas["Status"];

interface DocumentsMessages {
  title: string;
  description: string;
  name: string;
  status: string;
  statuses: Record<Status, string>;
  stuck: (status: string) => string;
  since: (time: string) => string;
  usually: (duration: string) => string;
  pages: string;
  images: string;
  gaps: string;
  onPages: (pages: number[]) => string;
  uploaded: string;
  mine: string;
  upload: string;
  drop: string;
  actions: string;
  readers: string;
  remove: string;
  select: string;
  selected: (name: string) => string;
  refresh: string;
  loading: string;
  none: string;
  noneDetail: string;
  noMatch: string;
  clearFilter: string;
  filter: string;
  anyStatus: string;
  onlyOwners: string;
  listFailed: string;
  confirmRemove: (count: number) => string;
  removeDetail: string;
  cancel: string;
  removing: (name: string) => string;
  removeFailed: (name: string) => string;
  uploads: string;
  uploadStates: { waiting: string; sending: string; sent: string; failed: string; cancelled: string };
  retry: string;
  cancelUpload: (name: string) => string;
  retryUpload: (name: string) => string;
  clear: string;
  notPdf: (names: string[]) => string;
  notPdfDetail: string;
  readersOf: string;
  users: string;
  groups: string;
  deniedUsers: string;
  deniedGroups: string;
  usersHint: string;
  groupsHint: string;
  products: string;
  productsHint: string;
  denyHint: string;
  add: string;
  take: (name: string) => string;
  save: string;
  readersSaved: (name: string) => string;
  readersFailed: string;
  preview: string;
  previewOwner: string;
  previewUsers: (names: string) => string;
  previewGroups: (names: string) => string;
  previewNobody: string;
  previewDenied: (names: string) => string;
  previewDeniedGroups: (names: string) => string;
  again: string;
  next: string;
  previous: string;
  page: (number: number) => string;
}

const SHOWN_PAGES = 5;

/** The first of many numbers. */
const listed = (pages: number[]) => pages.slice(0, SHOWN_PAGES).join(", ") + (pages.length > SHOWN_PAGES ? " …" : "");

export const messages: Messages<DocumentsMessages> = {
  en: {
    title: "Documents",
    description: "Everything that you can read. Drop PDFs anywhere on this page to add them.",
    name: "File",
    status: "Status",
    statuses: {
      INGESTING: "Being read",
      INGESTED: "Searchable",
      INGESTED_WITH_GAPS: "Searchable, with gaps",
      FAILED: "Failed",
      REMOVING: "Being removed",
      REMOVED: "Removed",
    },
    stuck: (status) => `Stuck: ${status.toLowerCase()}`,
    since: (time) => `since ${time}`,
    usually: (duration) => `usually ${duration}`,
    pages: "Pages",
    images: "Images",
    gaps: "Gaps",
    onPages: (pages) => `page ${listed(pages)}`,
    uploaded: "Uploaded",
    mine: "Yours",
    upload: "Upload PDFs",
    drop: "Drop the PDFs to upload them",
    actions: "Actions",
    readers: "Change readers",
    remove: "Remove",
    select: "Select",
    selected: (name) => `Select ${name}`,
    refresh: "Refresh",
    loading: "Loading documents",
    none: "No documents yet",
    noneDetail: "Upload a PDF. In a minute or so you can ask about its text and about the words in its images.",
    noMatch: "No document matches",
    clearFilter: "Clear the filter",
    filter: "Part of a file name",
    anyStatus: "Any status",
    onlyOwners: "Only the owner of a document can do this.",
    listFailed: "The documents could not be listed",
    confirmRemove: (count) => (count === 1 ? "Remove this document?" : `Remove these ${count} documents?`),
    removeDetail:
      "From now on no question is answered from it. Its entries in the index are deleted, which can take an hour. This cannot be undone.",
    cancel: "Cancel",
    removing: (name) => `${name} is being removed`,
    removeFailed: (name) => `${name} could not be removed`,
    uploads: "Uploads",
    uploadStates: { waiting: "Waiting", sending: "Uploading", sent: "Uploaded", failed: "Failed", cancelled: "Cancelled" },
    retry: "Try again",
    cancelUpload: (name) => `Cancel the upload of ${name}`,
    retryUpload: (name) => `Upload ${name} again`,
    clear: "Clear the list",
    notPdf: (names) => `Not a PDF: ${names.join(", ")}`,
    notPdfDetail: "Only PDF files of up to 50 MB can be uploaded.",
    readersOf: "Readers of",
    users: "Users",
    groups: "Groups",
    deniedUsers: "Denied users",
    deniedGroups: "Denied groups",
    usersHint: "E-mail address",
    groupsHint: "Name of a group",
    products: "Data products",
    productsHint: "Id of a data product",
    denyHint: "A deny always wins, also over a group that may read.",
    add: "Add",
    take: (name) => `Take ${name} off the list`,
    save: "Save readers",
    readersSaved: (name) => `The readers of ${name} have changed`,
    readersFailed: "The readers could not be changed",
    preview: "Who can read it then",
    previewOwner: "You, its owner.",
    previewUsers: (names) => `These users: ${names}.`,
    previewGroups: (names) => `Every member of: ${names}.`,
    previewNobody: "Nobody else.",
    previewDenied: (names) => `Never these users: ${names}.`,
    previewDeniedGroups: (names) => `Never a member of: ${names}.`,
    again: "The document is ingested again with its new readers. Images that were read before cost nothing.",
    next: "Next page",
    previous: "Previous page",
    page: (number) => `Page ${number}`,
  },
  de: {
    title: "Dokumente",
    description: "Alles, was Sie lesen dürfen. Ziehen Sie PDFs irgendwo auf diese Seite, um sie hinzuzufügen.",
    name: "Datei",
    status: "Status",
    statuses: {
      INGESTING: "Wird gelesen",
      INGESTED: "Durchsuchbar",
      INGESTED_WITH_GAPS: "Durchsuchbar, mit Lücken",
      FAILED: "Fehlgeschlagen",
      REMOVING: "Wird entfernt",
      REMOVED: "Entfernt",
    },
    stuck: (status) => `Hängt: ${status}`,
    since: (time) => `seit ${time}`,
    usually: (duration) => `meist ${duration}`,
    pages: "Seiten",
    images: "Bilder",
    gaps: "Lücken",
    onPages: (pages) => `Seite ${listed(pages)}`,
    uploaded: "Hochgeladen",
    mine: "Ihres",
    upload: "PDFs hochladen",
    drop: "PDFs hier ablegen, um sie hochzuladen",
    actions: "Aktionen",
    readers: "Leser ändern",
    remove: "Entfernen",
    select: "Auswählen",
    selected: (name) => `${name} auswählen`,
    refresh: "Aktualisieren",
    loading: "Dokumente werden geladen",
    none: "Noch keine Dokumente",
    noneDetail: "Laden Sie ein PDF hoch. Nach etwa einer Minute können Sie nach seinem Text fragen und nach den Wörtern in seinen Bildern.",
    noMatch: "Kein Dokument passt",
    clearFilter: "Filter löschen",
    filter: "Teil eines Dateinamens",
    anyStatus: "Jeder Status",
    onlyOwners: "Das kann nur, wem das Dokument gehört.",
    listFailed: "Die Dokumente konnten nicht aufgelistet werden",
    confirmRemove: (count) => (count === 1 ? "Dieses Dokument entfernen?" : `Diese ${count} Dokumente entfernen?`),
    removeDetail:
      "Ab jetzt wird keine Frage mehr daraus beantwortet. Seine Einträge im Index werden gelöscht; das kann eine Stunde dauern. Es lässt sich nicht rückgängig machen.",
    cancel: "Abbrechen",
    removing: (name) => `${name} wird entfernt`,
    removeFailed: (name) => `${name} konnte nicht entfernt werden`,
    uploads: "Hochladen",
    uploadStates: { waiting: "Wartet", sending: "Wird hochgeladen", sent: "Hochgeladen", failed: "Fehlgeschlagen", cancelled: "Abgebrochen" },
    retry: "Noch einmal",
    cancelUpload: (name) => `Hochladen von ${name} abbrechen`,
    retryUpload: (name) => `${name} noch einmal hochladen`,
    clear: "Liste leeren",
    notPdf: (names) => `Kein PDF: ${names.join(", ")}`,
    notPdfDetail: "Nur PDF-Dateien bis 50 MB können hochgeladen werden.",
    readersOf: "Leser von",
    users: "Benutzer",
    groups: "Gruppen",
    deniedUsers: "Ausgeschlossene Benutzer",
    deniedGroups: "Ausgeschlossene Gruppen",
    usersHint: "E-Mail-Adresse",
    groupsHint: "Name einer Gruppe",
    products: "Datenprodukte",
    productsHint: "Kennung eines Datenprodukts",
    denyHint: "Ein Ausschluss geht immer vor, auch wenn eine Gruppe lesen darf.",
    add: "Hinzufügen",
    take: (name) => `${name} von der Liste nehmen`,
    save: "Leser speichern",
    readersSaved: (name) => `Die Leser von ${name} sind geändert`,
    readersFailed: "Die Leser konnten nicht geändert werden",
    preview: "Wer es dann lesen kann",
    previewOwner: "Sie, dem es gehört.",
    previewUsers: (names) => `Diese Benutzer: ${names}.`,
    previewGroups: (names) => `Jedes Mitglied von: ${names}.`,
    previewNobody: "Sonst niemand.",
    previewDenied: (names) => `Niemals diese Benutzer: ${names}.`,
    previewDeniedGroups: (names) => `Niemals ein Mitglied von: ${names}.`,
    again: "Das Dokument wird mit den neuen Lesern noch einmal aufgenommen. Bilder, die schon gelesen sind, kosten nichts.",
    next: "Nächste Seite",
    previous: "Vorige Seite",
    page: (number) => `Seite ${number}`,
  },
};
