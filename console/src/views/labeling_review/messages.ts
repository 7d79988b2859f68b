import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

interface ReviewMessages {
  loading: string;
  loadFailed: string;
  title: (number: string) => string;
  toTask: string;
  ownFirst: string;
  noAnswers: string;
  answers: string;
  agreement: (value: string) => string;
  statuses: Record<Schemas["LabelAnswer"]["status"], string>;
  note: string;
  noteForAuthor: string;
  accept: string;
  reject: string;
  reviewFailed: string;
}

export const messages: Messages<ReviewMessages> = {
  en: {
    loading: "Loading the item",
    loadFailed: "The item could not be loaded",
    title: (number) => `Review of item ${number}`,
    toTask: "Go to the task",
    ownFirst: "You see the answers of others after you have submitted your own.",
    noAnswers: "No answers yet",
    answers: "Answers",
    agreement: (value) => `Agreement of the answers: ${value}`,
    statuses: { DRAFT: "Draft", SUBMITTED: "Submitted", ACCEPTED: "Accepted", REJECTED: "Rejected" },
    note: "Note",
    noteForAuthor: "Note for the author",
    accept: "Accept",
    reject: "Reject",
    reviewFailed: "The answer was not reviewed",
  },
  de: {
    loading: "Aufgabe wird geladen",
    loadFailed: "Die Aufgabe konnte nicht geladen werden",
    title: (number) => `Prüfung der Aufgabe ${number}`,
    toTask: "Zum Auftrag",
    ownFirst: "Sie sehen die Antworten anderer, nachdem Sie Ihre eigene eingereicht haben.",
    noAnswers: "Noch keine Antworten",
    answers: "Antworten",
    agreement: (value) => `Übereinstimmung der Antworten: ${value}`,
    statuses: { DRAFT: "Entwurf", SUBMITTED: "Eingereicht", ACCEPTED: "Angenommen", REJECTED: "Abgelehnt" },
    note: "Anmerkung",
    noteForAuthor: "Anmerkung für die Bearbeiterin oder den Bearbeiter",
    accept: "Annehmen",
    reject: "Ablehnen",
    reviewFailed: "Die Antwort wurde nicht geprüft",
  },
};
