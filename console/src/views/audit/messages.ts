import type { Messages } from "../../i18n/language";

export interface AuditMessages {
  title: string;
  description: string;
  failed: string;
  loading: string;
  none: string;
  search: string;
  download: string;
  whole: string;
  anchored: (day: string, sequence: string) => string;
  broken: (sequence: string) => string;
  brokenDetail: string;
  at: string;
  event: string;
  events: Record<string, string>;
  by: string;
  product: string;
  principal: string;
  sequence: string;
}

export const messages: Messages<AuditMessages> = {
  en: {
    title: "Log of decisions",
    description: "Who decided what about data products and access to them, the newest first",
    failed: "The log could not be loaded",
    loading: "Loading the log",
    none: "Nothing was decided yet",
    search: "Search in the log",
    download: "Download",
    whole: "The log is whole: each entry fits the one before.",
    anchored: (day, sequence) => `The last anchor is of ${day}, entry ${sequence}.`,
    broken: (sequence) => `The log was changed at entry ${sequence}`,
    brokenDetail: "Download the log and run `docent audit verify` on the file: it names everything that does not fit.",
    at: "Time",
    event: "What",
    events: {
      AccessRequested: "Access was asked for",
      PolicyDecided: "The policies were asked",
      AccessApproved: "Approved",
      AccessGranted: "Granted",
      AccessRefused: "Refused",
      AccessEnded: "Ended",
      AccessFailed: "The workflow failed",
      AccessRestarted: "Started again",
      AccessRepaired: "Repaired",
      ProductCreated: "A data product was made",
      ProductChanged: "A data product was changed",
    },
    by: "By",
    product: "Data product",
    principal: "For",
    sequence: "Entry",
  },
  de: {
    title: "Protokoll der Entscheidungen",
    description: "Wer was über Datenprodukte und den Zugriff darauf entschieden hat, das Neueste zuerst",
    failed: "Das Protokoll konnte nicht geladen werden",
    loading: "Das Protokoll wird geladen",
    none: "Noch nichts wurde entschieden",
    search: "Im Protokoll suchen",
    download: "Herunterladen",
    whole: "Das Protokoll ist vollständig: Jeder Eintrag passt zum vorigen.",
    anchored: (day, sequence) => `Der letzte Anker ist vom ${day}, Eintrag ${sequence}.`,
    broken: (sequence) => `Das Protokoll wurde bei Eintrag ${sequence} verändert`,
    brokenDetail: "Laden Sie das Protokoll herunter und prüfen Sie die Datei mit `docent audit verify`: Es nennt alles, was nicht passt.",
    at: "Zeit",
    event: "Was",
    events: {
      AccessRequested: "Zugriff beantragt",
      PolicyDecided: "Die Richtlinien wurden gefragt",
      AccessApproved: "Genehmigt",
      AccessGranted: "Erteilt",
      AccessRefused: "Abgelehnt",
      AccessEnded: "Beendet",
      AccessFailed: "Der Ablauf ist fehlgeschlagen",
      AccessRestarted: "Neu gestartet",
      AccessRepaired: "Repariert",
      ProductCreated: "Datenprodukt angelegt",
      ProductChanged: "Datenprodukt geändert",
    },
    by: "Durch",
    product: "Datenprodukt",
    principal: "Für",
    sequence: "Eintrag",
  },
};
