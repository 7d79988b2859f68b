import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";
import type { ListMessages } from "../../lists/ListPage";

interface TasksMessages extends ListMessages {
  name: string;
  status: string;
  statuses: Record<Schemas["LabelTaskStatus"], string>;
  done: string;
  doneOf: (done: string, items: string) => string;
  roles: string;
  roleNames: Record<Schemas["LabelTask"]["roles"][number], string>;
  changed: string;
  noneDetail: string;
  create: string;
  createFailed: string;
  cancel: string;
  chooseFile: string;
  manifest: string;
  manifestHint: string;
  schema: string;
  schemaNames: Record<string, string>;
  ownSchema: string;
  ownSchemaHint: string;
  answers: string;
  review: string;
  reviewNames: Record<NonNullable<Schemas["LabelOptions"]["review"]>, string>;
  silence: string;
}

export const messages: Messages<TasksMessages> = {
  en: {
    title: "Labeling",
    description: "People mark segments of audio and video. You see the tasks that you own, review or annotate.",
    listFailed: "The tasks could not be loaded",
    loading: "Loading tasks",
    more: "More tasks",
    none: "No tasks yet",
    noneDetail: "Create one here, or with `docent label create MANIFEST`.",
    name: "Task",
    status: "Status",
    statuses: {
      UPLOADING: "Waiting for its manifest",
      CHECKING: "Manifest is being checked",
      PREPARING: "Clips are being prepared",
      OPEN: "Open",
      REFUSED: "Manifest refused",
      DONE: "Done",
      FAILED: "Failed",
    },
    done: "Done",
    doneOf: (done, items) => `${done} of ${items}`,
    roles: "Your part",
    roleNames: { owner: "Owner", reviewer: "Reviewer", annotator: "Annotator" },
    changed: "Changed",
    create: "Create a task",
    createFailed: "The task was not created",
    cancel: "Cancel",
    chooseFile: "Choose a file",
    manifest: "Manifest",
    manifestHint: "One clip in each line, as docent label upload writes it, or one text. The task gets the file's name.",
    schema: "What people mark",
    schemaNames: { "customer-call": "Customer call", "dogs-video": "Dogs in a video", "consistent-answer": "Which answer about a text is true", own: "A schema of your own" },
    ownSchema: "Schema",
    ownSchemaHint: "A JSON file with tracks and fields.",
    answers: "People who answer each item",
    review: "Reviewed before they are done",
    reviewNames: { none: "No items", doubtful: "Items whose answers differ", all: "All items" },
    silence: "Suggest a segment wherever there is sound",
  },
  de: {
    title: "Beschriften",
    description: "Menschen markieren Segmente in Ton und Video. Sie sehen die Aufträge, die Ihnen gehören, die Sie prüfen oder bearbeiten.",
    listFailed: "Die Aufträge konnten nicht geladen werden",
    loading: "Aufträge werden geladen",
    more: "Weitere Aufträge",
    none: "Noch keine Aufträge",
    noneDetail: "Legen Sie hier einen an, oder mit `docent label create MANIFEST`.",
    name: "Auftrag",
    status: "Status",
    statuses: {
      UPLOADING: "Wartet auf das Manifest",
      CHECKING: "Manifest wird geprüft",
      PREPARING: "Aufnahmen werden vorbereitet",
      OPEN: "Offen",
      REFUSED: "Manifest abgelehnt",
      DONE: "Fertig",
      FAILED: "Fehlgeschlagen",
    },
    done: "Fertig",
    doneOf: (done, items) => `${done} von ${items}`,
    roles: "Ihre Rolle",
    roleNames: { owner: "Eigentümer", reviewer: "Prüfer", annotator: "Bearbeiter" },
    changed: "Geändert",
    create: "Auftrag anlegen",
    createFailed: "Der Auftrag wurde nicht angelegt",
    cancel: "Abbrechen",
    chooseFile: "Datei wählen",
    manifest: "Manifest",
    manifestHint: "Eine Aufnahme je Zeile, wie docent label upload es schreibt, oder ein Text. Der Auftrag heißt wie die Datei.",
    schema: "Was markiert wird",
    schemaNames: { "customer-call": "Kundengespräch", "dogs-video": "Hunde im Video", "consistent-answer": "Welche Antwort zu einem Text stimmt", own: "Ein eigenes Schema" },
    ownSchema: "Schema",
    ownSchemaHint: "Eine JSON-Datei mit Spuren und Feldern.",
    answers: "Personen je Aufnahme",
    review: "Geprüft, bevor sie fertig sind",
    reviewNames: { none: "Keine Aufnahmen", doubtful: "Aufnahmen mit verschiedenen Antworten", all: "Alle Aufnahmen" },
    silence: "Überall, wo Ton ist, ein Segment vorschlagen",
  },
};
