import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

interface QuestionnairesMessages {
  title: string;
  description: string;
  name: string;
  status: string;
  statuses: Record<Schemas["QuestionnaireStatus"], string>;
  questions: string;
  answered: string;
  toReview: string;
  changed: string;
  upload: string;
  uploadFailed: (name: string) => string;
  listFailed: string;
  loading: string;
  none: string;
  noneDetail: string;
  more: string;
}

export const messages: Messages<QuestionnairesMessages> = {
  en: {
    title: "Questionnaires",
    description: "Files of questions that are answered from your documents: XLSX, CSV, DOCX, JSON and text.",
    name: "Name",
    status: "Status",
    statuses: {
      UPLOADING: "Waiting for the file",
      FINDING: "Questions are being found",
      FOUND: "Ready to be answered",
      ANSWERING: "Being answered",
      ANSWERED: "Answered",
      STOPPED: "Stopped",
      FAILED: "Failed",
    },
    questions: "Questions",
    answered: "Answered",
    toReview: "To review",
    changed: "Changed",
    upload: "Upload a questionnaire",
    uploadFailed: (name) => `${name} was not uploaded`,
    listFailed: "The questionnaires could not be loaded",
    loading: "Loading questionnaires",
    none: "No questionnaires yet",
    noneDetail: "Upload one. You see which questions were found before any is answered.",
    more: "More questionnaires",
  },
  de: {
    title: "Fragebögen",
    description: "Dateien mit Fragen, die aus Ihren Dokumenten beantwortet werden: XLSX, CSV, DOCX, JSON und Text.",
    name: "Name",
    status: "Status",
    statuses: {
      UPLOADING: "Wartet auf die Datei",
      FINDING: "Fragen werden gesucht",
      FOUND: "Kann beantwortet werden",
      ANSWERING: "Wird beantwortet",
      ANSWERED: "Beantwortet",
      STOPPED: "Angehalten",
      FAILED: "Fehlgeschlagen",
    },
    questions: "Fragen",
    answered: "Beantwortet",
    toReview: "Zu prüfen",
    changed: "Geändert",
    upload: "Fragebogen hochladen",
    uploadFailed: (name) => `${name} wurde nicht hochgeladen`,
    listFailed: "Die Fragebögen konnten nicht geladen werden",
    loading: "Fragebögen werden geladen",
    none: "Noch keine Fragebögen",
    noneDetail: "Laden Sie einen hoch. Sie sehen, welche Fragen gefunden wurden, bevor eine beantwortet wird.",
    more: "Weitere Fragebögen",
  },
};
