import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

interface TaskMessages {
  loading: string;
  loadFailed: string;
  failed: string;
  next: string;
  nothingLeft: string;
  claimFailed: string;
  problems: (count: string) => string;
  failures: string;
  line: (line: string) => string;
  progress: string;
  doneOf: (done: string, items: string) => string;
  open: string;
  inReview: string;
  done: string;
  failedItems: string;
  agreement: string;
  agreementOfTexts: string;
  itemAgreement: string;
  annotators: string;
  annotatorsDetail: string;
  annotator: string;
  noAnswers: string;
  answers: string;
  accepted: string;
  rejected: string;
  known: string;
  precision: string;
  recall: string;
  items: string;
  itemsFailed: string;
  noItems: string;
  more: string;
  item: string;
  status: string;
  itemStatuses: Record<Schemas["LabelItemStatus"], string>;
  ownAnswer: string;
  answerStatuses: Record<string, string>;
  failure: string;
  export: string;
  exportNow: string;
  exportManifest: string;
  exportAll: string;
  exportCsv: string;
  exportFailed: string;
  neverExported: string;
  exportStatuses: Record<NonNullable<Schemas["LabelTaskDetails"]["export"]>["status"], string>;
  missing: (lines: string) => string;
}

export const messages: Messages<TaskMessages> = {
  en: {
    loading: "Loading the task",
    loadFailed: "The task could not be loaded",
    failed: "The task has failed",
    next: "Label the next item",
    nothingLeft: "Nothing is left for you to label",
    claimFailed: "No item was claimed",
    problems: (count) => `Lines of the manifest that are wrong: ${count}`,
    failures: "Clips that cannot be prepared",
    line: (line) => `Line ${line}`,
    progress: "Progress",
    doneOf: (done, items) => `${done} of ${items} items are done`,
    open: "Open",
    inReview: "In review",
    done: "Done",
    failedItems: "Failed",
    agreement: "Agreement (Krippendorff's alpha)",
    agreementOfTexts: "Agreement (pairs of people who chose the same)",
    itemAgreement: "Agreement",
    annotators: "Annotators",
    annotatorsDetail: "Precision and recall are measured on items whose answer is known: by segments that overlap enough, or by choices.",
    annotator: "Annotator",
    noAnswers: "No answers yet",
    answers: "Answers",
    accepted: "Accepted",
    rejected: "Rejected",
    known: "Known items",
    precision: "Precision",
    recall: "Recall",
    items: "Items",
    itemsFailed: "The items could not be loaded",
    noItems: "No items yet",
    more: "More items",
    item: "Item",
    status: "Status",
    itemStatuses: { OPEN: "Open", REVIEW: "In review", DONE: "Done", FAILED: "Failed" },
    ownAnswer: "Your answer",
    answerStatuses: { DRAFT: "Draft", SUBMITTED: "Submitted", ACCEPTED: "Accepted", REJECTED: "Rejected" },
    failure: "Failure",
    export: "Export",
    exportNow: "Export",
    exportManifest: "Output manifest and answers",
    exportAll: "WebVTT, TextGrid, CSV and RTTM, too",
    exportCsv: "CSV, too",
    exportFailed: "The export was not started",
    neverExported: "Nothing was exported yet.",
    exportStatuses: { EXPORTING: "Being written", EXPORTED: "Written", FAILED: "Failed" },
    missing: (lines) => `Lines without a label: ${lines}`,
  },
  de: {
    loading: "Auftrag wird geladen",
    loadFailed: "Der Auftrag konnte nicht geladen werden",
    failed: "Der Auftrag ist fehlgeschlagen",
    next: "Nächste Aufgabe bearbeiten",
    nothingLeft: "Für Sie ist nichts mehr zu bearbeiten",
    claimFailed: "Es wurde keine Aufgabe reserviert",
    problems: (count) => `Falsche Zeilen des Manifests: ${count}`,
    failures: "Aufnahmen, die sich nicht vorbereiten lassen",
    line: (line) => `Zeile ${line}`,
    progress: "Fortschritt",
    doneOf: (done, items) => `${done} von ${items} Aufgaben sind fertig`,
    open: "Offen",
    inReview: "In Prüfung",
    done: "Fertig",
    failedItems: "Fehlgeschlagen",
    agreement: "Übereinstimmung (Krippendorffs Alpha)",
    agreementOfTexts: "Übereinstimmung (Paare, die dasselbe gewählt haben)",
    itemAgreement: "Übereinstimmung",
    annotators: "Bearbeiter",
    annotatorsDetail: "Genauigkeit und Trefferquote werden an Aufgaben mit bekannter Antwort gemessen: an Segmenten, die genug überlappen, oder an der Auswahl.",
    annotator: "Bearbeiter",
    noAnswers: "Noch keine Antworten",
    answers: "Antworten",
    accepted: "Angenommen",
    rejected: "Abgelehnt",
    known: "Bekannte Aufgaben",
    precision: "Genauigkeit",
    recall: "Trefferquote",
    items: "Aufgaben",
    itemsFailed: "Die Aufgaben konnten nicht geladen werden",
    noItems: "Noch keine Aufgaben",
    more: "Weitere Aufgaben",
    item: "Aufgabe",
    status: "Status",
    itemStatuses: { OPEN: "Offen", REVIEW: "In Prüfung", DONE: "Fertig", FAILED: "Fehlgeschlagen" },
    ownAnswer: "Ihre Antwort",
    answerStatuses: { DRAFT: "Entwurf", SUBMITTED: "Eingereicht", ACCEPTED: "Angenommen", REJECTED: "Abgelehnt" },
    failure: "Fehler",
    export: "Export",
    exportNow: "Exportieren",
    exportManifest: "Ausgabemanifest und Antworten",
    exportAll: "Auch WebVTT, TextGrid, CSV und RTTM",
    exportCsv: "Auch CSV",
    exportFailed: "Der Export wurde nicht gestartet",
    neverExported: "Es wurde noch nichts exportiert.",
    exportStatuses: { EXPORTING: "Wird geschrieben", EXPORTED: "Geschrieben", FAILED: "Fehlgeschlagen" },
    missing: (lines) => `Zeilen ohne Beschriftung: ${lines}`,
  },
};
