import type { Messages } from "../../i18n/language";

interface OperationsMessages {
  title: string;
  description: string;
  loading: string;
  failed: string;
  again: string;
  refresh: string;

  alarms: string;
  noAlarmRings: (count: number) => string;
  ringing: (count: number) => string;
  alarm: string;
  state: string;
  states: Record<string, string>;
  since: string;
  meaning: string;

  queues: string;
  queue: string;
  depth: string;
  oldest: string;
  queueNames: Record<string, string>;
  replay: string;
  replayed: (count: number) => string;
  moreToReplay: string;
  replayFailed: string;

  workflows: string;
  workflow: string;
  workflowNames: Record<string, string>;
  counted: (since: string) => string;
  showThese: (workflow: string, status: string, count: string) => string;
  statuses: Record<string, string>;

  executions: (workflow: string, status: string) => string;
  loadingExecutions: string;
  executionsFailed: string;
  nothingFailed: string;
  noExecutions: string;
  subject: string;
  kinds: Record<string, string>;
  started: string;
  took: string;
  reason: string;
  redriven: (times: number) => string;
  actions: string;
  redrive: string;
  redriveOne: (name: string) => string;
  redriveAll: (count: number) => string;
  redriveDone: (count: number) => string;
  redriveFailed: (name: string) => string;
  reingest: string;
  reingestOne: (name: string) => string;
  reingested: string;
  reingestFailed: (name: string) => string;
  older: string;
  newest: string;
}

export const messages: Messages<OperationsMessages> = {
  en: {
    title: "Operations",
    description: "How all work goes, and what to do where it does not.",
    loading: "Loading",
    failed: "The state of the work could not be loaded",
    again: "Try again",
    refresh: "Refresh",

    alarms: "Alarms",
    noAlarmRings: (count) => `None of the ${count} alarms has gone off.`,
    ringing: (count) => (count === 1 ? "One alarm has gone off" : `${count} alarms have gone off`),
    alarm: "Alarm",
    state: "State",
    states: { OK: "OK", ALARM: "In alarm", INSUFFICIENT_DATA: "No data yet" },
    since: "Since",
    meaning: "What it means",

    queues: "Dead-letter queues",
    queue: "Queue",
    depth: "Messages",
    oldest: "Oldest message",
    queueNames: {
      FailedBudgetWatches: "Measurements of the budget that failed",
      FailedCatalogWork: "Data products and requests that did not reach DataZone, or came from there in vain",
      FailedReviews: "Reviews of grants that failed",
      FailedSyncs: "Synchronizations of groups that failed",
      UndeliveredEvents: "Events that reached no workflow",
      UnfollowedBatches: "Events of batch jobs that could not be handled",
      UnindexedAnswers: "Approved answers that did not reach the index",
      UnpushedChanges: "Changes of which clients were not told",
      UnsyncedPolicies: "Policies of flows that did not reach their knowledge base",
    },
    replay: "Replay",
    replayed: (count) => (count === 1 ? "One event was replayed" : `${count} events were replayed`),
    moreToReplay: "There may be more. Replay again.",
    replayFailed: "The events could not be replayed",

    workflows: "Executions by workflow",
    workflow: "Workflow",
    workflowNames: {
      answer_questionnaire: "Answer questionnaires",
      approve_subscription: "Decide requests for access",
      export_labels: "Export labels",
      ingest_document: "Ingest documents",
      prepare_task: "Prepare labeling tasks",
      read_questionnaire: "Read questionnaires",
      record_failure: "Record failures",
      remove_document: "Remove documents",
      run_debates: "Run debates",
      summarize_transcripts: "Summarize transcripts",
      withdraw_generations: "Withdraw earlier uploads",
    },
    counted: (since) => `since ${since}`,
    showThese: (workflow, status, count) => `${count} of ${workflow}: ${status}`,
    statuses: {
      FAILED: "Failed",
      TIMED_OUT: "Timed out",
      ABORTED: "Stopped",
      RUNNING: "Running",
      SUCCEEDED: "Succeeded",
    },

    executions: (workflow, status) => `${workflow}: ${status}`,
    loadingExecutions: "Loading executions",
    executionsFailed: "The executions could not be loaded",
    nothingFailed: "Nothing has failed. Choose a number above to see those executions.",
    noExecutions: "There are no such executions.",
    subject: "About",
    kinds: { document: "Document", questionnaire: "Questionnaire", summary: "Job of summaries", debates: "Run of debates", access: "Request for access", labeling: "Labeling task", unknown: "Unknown" },
    started: "Started",
    took: "Took",
    reason: "Why, and what to do",
    redriven: (times) => (times === 1 ? "redriven once" : `redriven ${times} times`),
    actions: "Actions",
    redrive: "Redrive",
    redriveOne: (name) => `Redrive: ${name}`,
    redriveAll: (count) => (count === 1 ? "Redrive the one shown" : `Redrive all ${count} shown`),
    redriveDone: (count) => (count === 1 ? "One execution continues" : `${count} executions continue`),
    redriveFailed: (name) => `${name} was not redriven`,
    reingest: "Ingest again",
    reingestOne: (name) => `Ingest again: ${name}`,
    reingested: "The document is ingested again",
    reingestFailed: (name) => `${name} is not ingested again`,
    older: "Older ones",
    newest: "Newest ones",
  },
  de: {
    title: "Betrieb",
    description: "Wie alle Arbeit läuft, und was zu tun ist, wo sie nicht läuft.",
    loading: "Wird geladen",
    failed: "Der Stand der Arbeit konnte nicht geladen werden",
    again: "Noch einmal versuchen",
    refresh: "Aktualisieren",

    alarms: "Alarme",
    noAlarmRings: (count) => `Keiner der ${count} Alarme ist ausgelöst.`,
    ringing: (count) => (count === 1 ? "Ein Alarm ist ausgelöst" : `${count} Alarme sind ausgelöst`),
    alarm: "Alarm",
    state: "Zustand",
    states: { OK: "In Ordnung", ALARM: "Ausgelöst", INSUFFICIENT_DATA: "Noch keine Daten" },
    since: "Seit",
    meaning: "Was er bedeutet",

    queues: "Dead-Letter-Queues",
    queue: "Queue",
    depth: "Nachrichten",
    oldest: "Älteste Nachricht",
    queueNames: {
      FailedBudgetWatches: "Fehlgeschlagene Messungen des Budgets",
      FailedCatalogWork: "Datenprodukte und Anfragen, die DataZone nicht erreichten oder von dort vergeblich kamen",
      FailedReviews: "Fehlgeschlagene Prüfungen von Freigaben",
      FailedSyncs: "Fehlgeschlagene Abgleiche von Gruppen",
      UndeliveredEvents: "Ereignisse, die keinen Workflow erreichten",
      UnfollowedBatches: "Ereignisse von Batch-Jobs, die nicht verarbeitet wurden",
      UnindexedAnswers: "Freigegebene Antworten, die den Index nicht erreichten",
      UnpushedChanges: "Änderungen, von denen Clients nichts erfuhren",
      UnsyncedPolicies: "Richtlinien von Flows, die ihre Wissensbasis nicht erreichten",
    },
    replay: "Erneut zustellen",
    replayed: (count) => (count === 1 ? "Ein Ereignis wurde erneut zugestellt" : `${count} Ereignisse wurden erneut zugestellt`),
    moreToReplay: "Es kann noch mehr geben. Stellen Sie noch einmal zu.",
    replayFailed: "Die Ereignisse konnten nicht erneut zugestellt werden",

    workflows: "Ausführungen nach Workflow",
    workflow: "Workflow",
    workflowNames: {
      answer_questionnaire: "Fragebögen beantworten",
      approve_subscription: "Über Zugriffsanfragen entscheiden",
      export_labels: "Labels exportieren",
      ingest_document: "Dokumente einlesen",
      prepare_task: "Labeling-Aufgaben vorbereiten",
      read_questionnaire: "Fragebögen lesen",
      record_failure: "Fehler festhalten",
      remove_document: "Dokumente entfernen",
      run_debates: "Debatten führen",
      summarize_transcripts: "Transkripte zusammenfassen",
      withdraw_generations: "Frühere Uploads zurückziehen",
    },
    counted: (since) => `seit ${since}`,
    showThese: (workflow, status, count) => `${count} von ${workflow}: ${status}`,
    statuses: {
      FAILED: "Fehlgeschlagen",
      TIMED_OUT: "Zeit abgelaufen",
      ABORTED: "Angehalten",
      RUNNING: "Läuft",
      SUCCEEDED: "Erfolgreich",
    },

    executions: (workflow, status) => `${workflow}: ${status}`,
    loadingExecutions: "Ausführungen werden geladen",
    executionsFailed: "Die Ausführungen konnten nicht geladen werden",
    nothingFailed: "Nichts ist fehlgeschlagen. Wählen Sie oben eine Zahl, um diese Ausführungen zu sehen.",
    noExecutions: "Es gibt keine solchen Ausführungen.",
    subject: "Worum es geht",
    kinds: { document: "Dokument", questionnaire: "Fragebogen", summary: "Zusammenfassungs-Job", debates: "Debatten-Lauf", access: "Zugriffsanfrage", labeling: "Labeling-Aufgabe", unknown: "Unbekannt" },
    started: "Begonnen",
    took: "Dauer",
    reason: "Warum, und was zu tun ist",
    redriven: (times) => (times === 1 ? "einmal fortgesetzt" : `${times}-mal fortgesetzt`),
    actions: "Aktionen",
    redrive: "Fortsetzen",
    redriveOne: (name) => `Fortsetzen: ${name}`,
    redriveAll: (count) => (count === 1 ? "Die gezeigte fortsetzen" : `Alle ${count} gezeigten fortsetzen`),
    redriveDone: (count) => (count === 1 ? "Eine Ausführung läuft weiter" : `${count} Ausführungen laufen weiter`),
    redriveFailed: (name) => `${name} wurde nicht fortgesetzt`,
    reingest: "Neu einlesen",
    reingestOne: (name) => `Neu einlesen: ${name}`,
    reingested: "Das Dokument wird neu eingelesen",
    reingestFailed: (name) => `${name} wird nicht neu eingelesen`,
    older: "Ältere",
    newest: "Neueste",
  },
};
