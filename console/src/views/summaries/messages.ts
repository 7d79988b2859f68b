import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

interface SummariesMessages {
  title: string;
  description: string;
  name: string;
  status: string;
  statuses: Record<Schemas["JobStatus"], string>;
  transcripts: string;
  changed: string;
  listFailed: string;
  loading: string;
  none: string;
  noneDetail: string;
  more: string;
}

export const messages: Messages<SummariesMessages> = {
  en: {
    title: "Summaries",
    description: "Jobs that summarise call transcripts, with personal data masked. You see your own.",
    name: "Job",
    status: "Status",
    statuses: {
      UPLOADING: "Waiting for its start",
      PREPARING: "Transcripts are being read",
      ESTIMATED: "Estimated, not started",
      SUMMARIZING: "Being summarised",
      MASKING: "Being masked",
      SUMMARIZED: "Summarised",
      STOPPED: "Stopped",
      FAILED: "Failed",
    },
    transcripts: "Transcripts",
    changed: "Changed",
    listFailed: "The jobs could not be loaded",
    loading: "Loading jobs",
    none: "No jobs yet",
    noneDetail: "Start one with `docent summarize FOLDER`, where FOLDER holds the transcripts.",
    more: "More jobs",
  },
  de: {
    title: "Zusammenfassungen",
    description: "Aufträge, die Gesprächsprotokolle zusammenfassen und persönliche Daten maskieren. Sie sehen Ihre eigenen.",
    name: "Auftrag",
    status: "Status",
    statuses: {
      UPLOADING: "Wartet auf den Start",
      PREPARING: "Protokolle werden gelesen",
      ESTIMATED: "Geschätzt, nicht gestartet",
      SUMMARIZING: "Wird zusammengefasst",
      MASKING: "Wird maskiert",
      SUMMARIZED: "Zusammengefasst",
      STOPPED: "Angehalten",
      FAILED: "Fehlgeschlagen",
    },
    transcripts: "Protokolle",
    changed: "Geändert",
    listFailed: "Die Aufträge konnten nicht geladen werden",
    loading: "Aufträge werden geladen",
    none: "Noch keine Aufträge",
    noneDetail: "Starten Sie einen mit `docent summarize ORDNER`; ORDNER enthält die Protokolle.",
    more: "Weitere Aufträge",
  },
};
