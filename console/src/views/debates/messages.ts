import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

type Technique = Schemas["Technique"];

interface DebatesMessages {
  title: string;
  description: string;
  name: string;
  status: string;
  statuses: Record<Schemas["RunStatus"], string>;
  techniqueNames: Record<Technique, string>;
  techniqueHints: Record<Technique, string>;
  verdicts: string;
  outcomes: Record<string, string>;
  changed: string;
  listFailed: string;
  loading: string;
  none: string;
  noneDetail: string;
  more: string;
  start: string;
  startTitle: string;
  file: string;
  chooseFile: string;
  fileHint: string;
  techniques: string;
  rounds: string;
  budget: string;
  budgetHint: string;
  startFailed: string;
  cancel: string;
}

export const messages: Messages<DebatesMessages> = {
  en: {
    title: "Debates",
    description: "Language models argue and judge which of two answers about a document is true. You see your own runs.",
    name: "Run",
    status: "Status",
    statuses: {
      UPLOADING: "Waiting for its start",
      PREPARING: "Cases are being read",
      DEBATING: "Being argued and judged",
      JUDGED: "Judged",
      STOPPED: "Stopped",
      FAILED: "Failed",
    },
    techniqueNames: { naive: "Naive judge", expert: "Expert judge", consultancy: "Consultancy", debate: "Debate" },
    techniqueHints: {
      naive: "The judge sees the two answers only",
      expert: "The judge reads the document",
      consultancy: "One model argues, once for each answer",
      debate: "Two models argue against each other",
    },
    verdicts: "Verdicts",
    outcomes: { decided: "decided", undecided: "undecided", failed: "failed", not_run: "not run" },
    changed: "Changed",
    listFailed: "The runs could not be loaded",
    loading: "Loading runs",
    none: "No runs yet",
    noneDetail: "Start one here, or with `docent debate run CASES.jsonl`.",
    more: "More runs",
    start: "New run",
    startTitle: "Start a run",
    file: "File of cases",
    chooseFile: "Choose a file",
    fileHint: "JSON lines, one case in each: document, answer_a, answer_b, and label if it is known",
    techniques: "Techniques",
    rounds: "Rounds",
    budget: "Budget in US dollars",
    budgetHint: "A run that can cost more ends before anything is spent",
    startFailed: "The run was not started",
    cancel: "Cancel",
  },
  de: {
    title: "Debatten",
    description:
      "Sprachmodelle streiten und urteilen, welche von zwei Antworten zu einem Dokument wahr ist. Sie sehen Ihre eigenen Läufe.",
    name: "Lauf",
    status: "Status",
    statuses: {
      UPLOADING: "Wartet auf den Start",
      PREPARING: "Fälle werden gelesen",
      DEBATING: "Wird verhandelt",
      JUDGED: "Entschieden",
      STOPPED: "Angehalten",
      FAILED: "Fehlgeschlagen",
    },
    techniqueNames: { naive: "Naiver Richter", expert: "Sachkundiger Richter", consultancy: "Beratung", debate: "Debatte" },
    techniqueHints: {
      naive: "Der Richter sieht nur die beiden Antworten",
      expert: "Der Richter liest das Dokument",
      consultancy: "Ein Modell argumentiert, einmal für jede Antwort",
      debate: "Zwei Modelle argumentieren gegeneinander",
    },
    verdicts: "Urteile",
    outcomes: { decided: "entschieden", undecided: "unentschieden", failed: "fehlgeschlagen", not_run: "nicht verhandelt" },
    changed: "Geändert",
    listFailed: "Die Läufe konnten nicht geladen werden",
    loading: "Läufe werden geladen",
    none: "Noch keine Läufe",
    noneDetail: "Starten Sie einen hier oder mit `docent debate run FÄLLE.jsonl`.",
    more: "Weitere Läufe",
    start: "Neuer Lauf",
    startTitle: "Lauf starten",
    file: "Datei mit Fällen",
    chooseFile: "Datei wählen",
    fileHint: "JSON-Zeilen, ein Fall je Zeile: document, answer_a, answer_b und label, falls bekannt",
    techniques: "Verfahren",
    rounds: "Runden",
    budget: "Budget in US-Dollar",
    budgetHint: "Ein Lauf, der mehr kosten kann, endet, bevor etwas ausgegeben ist",
    startFailed: "Der Lauf wurde nicht gestartet",
    cancel: "Abbrechen",
  },
};
