import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

type Item = Schemas["Item"];

interface QuestionnaireMessages {
  back: string;
  loading: string;
  failed: string;
  error: string;
  start: string;
  startFailed: string;
  stop: string;
  stopFailed: string;
  download: string;
  notReady: string;
  downloadFailed: string;
  remove: string;
  confirmRemove: string;
  removeDetail: string;
  removeFailed: string;
  cancel: string;
  progress: string;
  progressDetail: (done: number, total: number, failed: number) => string;
  map: string;
  itemsTitle: string;
  itemsFailed: string;
  noItems: string;
  noMatch: string;
  clearFilter: string;
  more: string;
  keys: string;
  number: string;
  question: string;
  answer: string;
  status: string;
  confidence: string;
  review: string;
  anyStatus: string;
  anyConfidence: string;
  anyReview: string;
  anyNeed: string;
  needsReview: string;
  needsNone: string;
  statuses: Record<Item["status"], string>;
  confidences: Record<Item["confidence"], string>;
  reviews: Record<Item["review"], string>;
  choose: string;
  previous: string;
  next: string;
  approve: string;
  reopen: string;
  edit: string;
  save: string;
  changeFailed: string;
  changedElsewhere: string;
  values: string;
  explanation: string;
  reasons: string;
  withheldCitations: (count: number) => string;
  withheldAnswer: string;
  partOf: (parent: string) => string;
  limit: (characters: number) => string;
  approvedBy: (name: string, time: string) => string;
  editedBy: (name: string) => string;
  assignee: string;
  assign: string;
  comments: string;
  comment: string;
  send: string;
  log: string;
  fields: Record<"completion" | "values" | "assignee" | "comment" | "review", string>;
}

export const messages: Messages<QuestionnaireMessages> = {
  en: {
    back: "All questionnaires",
    loading: "Loading",
    failed: "This questionnaire could not be loaded",
    error: "The questionnaire has failed",
    start: "Answer what is missing",
    startFailed: "It was not started",
    stop: "Stop",
    stopFailed: "It was not stopped",
    download: "Download with answers",
    notReady: "The file is being filled in. Try again in a moment.",
    downloadFailed: "The file could not be loaded",
    remove: "Delete",
    confirmRemove: "Delete this questionnaire?",
    removeDetail: "Its answers and files are deleted.",
    removeFailed: "It was not deleted",
    cancel: "Cancel",
    progress: "Answering",
    progressDetail: (done, total, failed) => `${done} of ${total} questions${failed ? `, ${failed} failed` : ""}`,
    map: "Where the questions were found",
    itemsTitle: "Questions",
    itemsFailed: "The questions could not be loaded",
    noItems: "No questions were found yet",
    noMatch: "No question matches",
    clearFilter: "Clear the filter",
    more: "More questions",
    keys: "Keys, while a question is selected: n next, p previous, a approve, e edit.",
    number: "No.",
    question: "Question",
    answer: "Answer",
    status: "Status",
    confidence: "Confidence",
    review: "Review",
    anyStatus: "Any status",
    anyConfidence: "Any confidence",
    anyReview: "Any review",
    anyNeed: "To review or not",
    needsReview: "To review",
    needsNone: "Not to review",
    statuses: {
      pending: "Not answered yet",
      answered: "Answered",
      unanswered: "No evidence found",
      failed: "Failed",
      already_answered: "Was in the file",
    },
    confidences: { high: "High", medium: "Medium", low: "Low", none: "None" },
    reviews: { open: "Open", edited: "Edited", approved: "Approved" },
    choose: "Choose a question to see its answer and its sources.",
    previous: "Previous",
    next: "Next",
    approve: "Approve",
    reopen: "Take the approval back",
    edit: "Edit",
    save: "Save",
    changeFailed: "The answer was not changed",
    changedElsewhere: "Somebody else changed this answer. It is shown as it is now.",
    values: "Value",
    explanation: "Explanation",
    reasons: "Why somebody must look at it",
    withheldCitations: (count) => `${count} more sources that you cannot read`,
    withheldAnswer: "This answer is not shown, because the owner can no longer read a document that it rests on.",
    partOf: (parent) => `Part of: ${parent}`,
    limit: (characters) => `At most ${characters} characters`,
    approvedBy: (name, time) => `Approved by ${name}, ${time}`,
    editedBy: (name) => `Edited by ${name}`,
    assignee: "Assigned to",
    assign: "Assign",
    comments: "Comments",
    comment: "Comment",
    send: "Send",
    log: "Changes",
    fields: { completion: "answer", values: "value", assignee: "assignee", comment: "comment", review: "review" },
  },
  de: {
    back: "Alle Fragebögen",
    loading: "Wird geladen",
    failed: "Dieser Fragebogen konnte nicht geladen werden",
    error: "Der Fragebogen ist fehlgeschlagen",
    start: "Fehlendes beantworten",
    startFailed: "Er wurde nicht gestartet",
    stop: "Anhalten",
    stopFailed: "Er wurde nicht angehalten",
    download: "Mit Antworten herunterladen",
    notReady: "Die Datei wird gerade ausgefüllt. Versuchen Sie es gleich noch einmal.",
    downloadFailed: "Die Datei konnte nicht geladen werden",
    remove: "Löschen",
    confirmRemove: "Diesen Fragebogen löschen?",
    removeDetail: "Seine Antworten und Dateien werden gelöscht.",
    removeFailed: "Er wurde nicht gelöscht",
    cancel: "Abbrechen",
    progress: "Wird beantwortet",
    progressDetail: (done, total, failed) => `${done} von ${total} Fragen${failed ? `, ${failed} fehlgeschlagen` : ""}`,
    map: "Wo die Fragen gefunden wurden",
    itemsTitle: "Fragen",
    itemsFailed: "Die Fragen konnten nicht geladen werden",
    noItems: "Es wurden noch keine Fragen gefunden",
    noMatch: "Keine Frage passt",
    clearFilter: "Filter aufheben",
    more: "Weitere Fragen",
    keys: "Tasten, wenn eine Frage gewählt ist: n nächste, p vorige, a freigeben, e bearbeiten.",
    number: "Nr.",
    question: "Frage",
    answer: "Antwort",
    status: "Status",
    confidence: "Sicherheit",
    review: "Prüfung",
    anyStatus: "Jeder Status",
    anyConfidence: "Jede Sicherheit",
    anyReview: "Jede Prüfung",
    anyNeed: "Zu prüfen oder nicht",
    needsReview: "Zu prüfen",
    needsNone: "Nicht zu prüfen",
    statuses: {
      pending: "Noch nicht beantwortet",
      answered: "Beantwortet",
      unanswered: "Kein Beleg gefunden",
      failed: "Fehlgeschlagen",
      already_answered: "Stand in der Datei",
    },
    confidences: { high: "Hoch", medium: "Mittel", low: "Niedrig", none: "Keine" },
    reviews: { open: "Offen", edited: "Bearbeitet", approved: "Freigegeben" },
    choose: "Wählen Sie eine Frage, um ihre Antwort und ihre Quellen zu sehen.",
    previous: "Vorige",
    next: "Nächste",
    approve: "Freigeben",
    reopen: "Freigabe zurücknehmen",
    edit: "Bearbeiten",
    save: "Speichern",
    changeFailed: "Die Antwort wurde nicht geändert",
    changedElsewhere: "Jemand anderes hat diese Antwort geändert. Sie sehen sie, wie sie jetzt ist.",
    values: "Wert",
    explanation: "Erläuterung",
    reasons: "Warum jemand sie ansehen muss",
    withheldCitations: (count) => `${count} weitere Quellen, die Sie nicht lesen dürfen`,
    withheldAnswer: "Diese Antwort wird nicht gezeigt, weil der Eigentümer ein Dokument nicht mehr lesen darf, auf dem sie beruht.",
    partOf: (parent) => `Teil von: ${parent}`,
    limit: (characters) => `Höchstens ${characters} Zeichen`,
    approvedBy: (name, time) => `Freigegeben von ${name}, ${time}`,
    editedBy: (name) => `Bearbeitet von ${name}`,
    assignee: "Zugewiesen an",
    assign: "Zuweisen",
    comments: "Kommentare",
    comment: "Kommentar",
    send: "Senden",
    log: "Änderungen",
    fields: { completion: "Antwort", values: "Wert", assignee: "Zuständig", comment: "Kommentar", review: "Prüfung" },
  },
};
