import type { Messages } from "../../i18n/language";

interface SummaryMessages {
  back: string;
  loading: string;
  failed: string;
  withheld: string;
  error: string;
  stop: string;
  stopFailed: string;
  stopped: (requests: number, of: number) => string;
  charged: (cost: string) => string;
  remove: string;
  confirmRemove: string;
  removeDetail: string;
  removeFailed: string;
  cancel: string;
  report: string;
  download: string;
  progress: string;
  progressOf: (done: number, of: number, time: string) => string;
  batch: string;
  batchOf: (status: string, processed: number, total: number, time: string) => string;
  outcomes: string;
  outcome: string;
  anyOutcome: string;
  outcomeNames: Record<string, string>;
  summaries: string;
  summariesFailed: string;
  tooLarge: string;
  source: string;
  summary: string;
  noMatch: string;
  choose: string;
  turns: (turns: number[]) => string;
  unsupported: string;
  rolesUncertain: string;
  coverage: (covered: number, turns: number) => string;
  reason: string;
  transcript: string;
  showTranscript: string;
  hideTranscript: string;
  transcriptFailed: string;
  openFile: string;
  speakers: Record<string, string>;
}

export const messages: Messages<SummaryMessages> = {
  en: {
    back: "All jobs",
    loading: "Loading",
    failed: "This job could not be loaded",
    withheld: "The summaries are not shown, because you can no longer read the transcripts of this folder.",
    error: "The job has failed",
    stop: "Stop",
    stopFailed: "The job was not stopped",
    stopped: (requests, of) => `The job is being stopped. ${requests} of ${of} requests were answered.`,
    charged: (cost) => `About ${cost} was charged already.`,
    remove: "Delete",
    confirmRemove: "Delete this job?",
    removeDetail: "Its summaries, its report and the transcripts that were uploaded for it are deleted.",
    removeFailed: "The job was not deleted",
    cancel: "Cancel",
    report: "Open the report",
    download: "Download the summaries",
    progress: "Progress",
    progressOf: (done, of, time) => `${done} of ${of}, as of ${time}`,
    batch: "Batch job",
    batchOf: (status, processed, total, time) => `${status}: ${processed} of ${total} records, as Bedrock told at ${time}`,
    outcomes: "Transcripts by outcome",
    outcome: "Outcome",
    anyOutcome: "Any outcome",
    outcomeNames: {
      clean: "Clean",
      masked: "Masked",
      duplicate: "Duplicate",
      left_out: "Left out",
      blocked: "Blocked",
      invalid_output: "Invalid output",
      unreadable: "Unreadable",
      error: "Error",
      failed: "Failed",
    },
    summaries: "Summaries",
    summariesFailed: "The summaries could not be loaded",
    tooLarge: "There are too many summaries to show here. Download them.",
    source: "Transcript",
    summary: "Summary",
    noMatch: "No transcript matches",
    choose: "Choose a transcript to see its summary.",
    turns: (turns) => `turn ${turns.join(", ")}`,
    unsupported: "Not said in the call",
    rolesUncertain: "It is not certain who is the customer.",
    coverage: (covered, turns) => `Only ${covered} of ${turns} turns were read.`,
    reason: "Reason",
    transcript: "Transcript, as it was uploaded",
    showTranscript: "Show the transcript",
    hideTranscript: "Hide the transcript",
    transcriptFailed: "The transcript could not be loaded",
    openFile: "Open the file",
    speakers: { agent: "Agent", customer: "Customer" },
  },
  de: {
    back: "Alle Aufträge",
    loading: "Wird geladen",
    failed: "Dieser Auftrag konnte nicht geladen werden",
    withheld: "Die Zusammenfassungen werden nicht gezeigt, weil Sie die Transkripte dieses Ordners nicht mehr lesen dürfen.",
    error: "Der Auftrag ist fehlgeschlagen",
    stop: "Anhalten",
    stopFailed: "Der Auftrag wurde nicht angehalten",
    stopped: (requests, of) => `Der Auftrag wird angehalten. ${requests} von ${of} Anfragen wurden beantwortet.`,
    charged: (cost) => `Etwa ${cost} wurden schon berechnet.`,
    remove: "Löschen",
    confirmRemove: "Diesen Auftrag löschen?",
    removeDetail: "Seine Zusammenfassungen, sein Bericht und die dafür hochgeladenen Protokolle werden gelöscht.",
    removeFailed: "Der Auftrag wurde nicht gelöscht",
    cancel: "Abbrechen",
    report: "Bericht öffnen",
    download: "Zusammenfassungen herunterladen",
    progress: "Fortschritt",
    progressOf: (done, of, time) => `${done} von ${of}, Stand ${time}`,
    batch: "Batch-Auftrag",
    batchOf: (status, processed, total, time) => `${status}: ${processed} von ${total} Datensätzen, laut Bedrock um ${time}`,
    outcomes: "Protokolle nach Ergebnis",
    outcome: "Ergebnis",
    anyOutcome: "Jedes Ergebnis",
    outcomeNames: {
      clean: "Sauber",
      masked: "Maskiert",
      duplicate: "Doppelt",
      left_out: "Ausgelassen",
      blocked: "Abgewiesen",
      invalid_output: "Ungültige Ausgabe",
      unreadable: "Unlesbar",
      error: "Fehler",
      failed: "Fehlgeschlagen",
    },
    summaries: "Zusammenfassungen",
    summariesFailed: "Die Zusammenfassungen konnten nicht geladen werden",
    tooLarge: "Es sind zu viele Zusammenfassungen, um sie hier zu zeigen. Laden Sie sie herunter.",
    source: "Protokoll",
    summary: "Zusammenfassung",
    noMatch: "Kein Protokoll passt",
    choose: "Wählen Sie ein Protokoll, um seine Zusammenfassung zu sehen.",
    turns: (turns) => `Wortmeldung ${turns.join(", ")}`,
    unsupported: "Im Gespräch nicht gesagt",
    rolesUncertain: "Es ist nicht sicher, wer der Kunde ist.",
    coverage: (covered, turns) => `Nur ${covered} von ${turns} Wortmeldungen wurden gelesen.`,
    reason: "Grund",
    transcript: "Protokoll, wie es hochgeladen wurde",
    showTranscript: "Protokoll zeigen",
    hideTranscript: "Protokoll ausblenden",
    transcriptFailed: "Das Protokoll konnte nicht geladen werden",
    openFile: "Datei öffnen",
    speakers: { agent: "Serviceseite", customer: "Kundenseite" },
  },
};
