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
}

export const messages: Messages<TasksMessages> = {
  en: {
    title: "Labeling",
    description: "People mark segments of audio and video. You see the tasks that you own, review or annotate.",
    listFailed: "The tasks could not be loaded",
    loading: "Loading tasks",
    more: "More tasks",
    none: "No tasks yet",
    noneDetail: "Create one with `docent label create MANIFEST`.",
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
  },
  de: {
    title: "Beschriften",
    description: "Menschen markieren Segmente in Ton und Video. Sie sehen die Aufträge, die Ihnen gehören, die Sie prüfen oder bearbeiten.",
    listFailed: "Die Aufträge konnten nicht geladen werden",
    loading: "Aufträge werden geladen",
    more: "Weitere Aufträge",
    none: "Noch keine Aufträge",
    noneDetail: "Legen Sie einen an: `docent label create MANIFEST`.",
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
  },
};
