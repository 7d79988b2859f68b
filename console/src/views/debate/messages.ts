import type { Messages } from "../../i18n/language";

interface RunMessages {
  back: string;
  loading: string;
  failed: string;
  error: string;
  stop: string;
  stopped: string;
  stopFailed: string;
  resume: string;
  resumed: string;
  resumeFailed: string;
  remove: string;
  confirmRemove: string;
  removeDetail: string;
  removeFailed: string;
  cancel: string;
  report: string;
  download: string;
  techniques: string;
  technique: string;
  rounds: string;
  inTurns: (rounds: string) => string;
  votes: string;
  debaterA: string;
  debaterB: string;
  judge: string;
  cost: string;
  most: string;
  unknown: string;
  cases: string;
  casesOf: (cases: string, refused: string) => string;
  noCases: string;
  case: string;
  label: string;
  round: (round: string, of: string) => string;
  voting: (votes: string) => string;
  judged: (votes: string) => string;
  more: string;
  reportFailed: string;
  accuracy: string;
  accuracyInterval: string;
  of: (cases: string) => string;
  ofDecided: string;
  flipped: string;
  firstWon: string;
  longerWon: string;
  few: string;
  better: (one: string, other: string, cases: string, p: string) => string;
  changed: (changed: string, compared: string) => string;
}

export const messages: Messages<RunMessages> = {
  en: {
    back: "All runs",
    loading: "Loading",
    failed: "This run could not be loaded",
    error: "The run has failed",
    stop: "Stop",
    stopped: "The run is stopped. What was argued and judged is kept.",
    stopFailed: "The run was not stopped",
    resume: "Resume",
    resumed: "The run goes on. Nothing is paid for twice.",
    resumeFailed: "The run was not resumed",
    remove: "Delete",
    confirmRemove: "Delete this run?",
    removeDetail: "Its arguments, its verdicts, its report and the file that was uploaded for it are deleted.",
    removeFailed: "The run was not deleted",
    cancel: "Cancel",
    report: "Open the report",
    download: "Download the verdicts",
    techniques: "Techniques",
    technique: "Technique",
    rounds: "Rounds",
    inTurns: (rounds) => `${rounds}, in turns`,
    votes: "Votes in each position",
    debaterA: "Debater A",
    debaterB: "Debater B",
    judge: "Judge",
    cost: "Cost",
    most: "Costs at most",
    unknown: "Not known",
    cases: "Cases",
    casesOf: (cases, refused) => (refused === "0" ? cases : `${cases}, and ${refused} lines left out`),
    noCases: "No cases yet",
    case: "Case",
    label: "Label",
    round: (round, of) => `Round ${round} of ${of}`,
    voting: (votes) => `${votes} votes so far`,
    judged: (votes) => `Judged, ${votes} votes`,
    more: "More cases",
    reportFailed: "The report could not be loaded",
    accuracy: "Accuracy",
    accuracyInterval: "Accuracy with its 95 % interval",
    of: (cases) => `${cases} cases`,
    ofDecided: "Of the decided",
    flipped: "Positions disagree",
    firstWon: "First answer won",
    longerWon: "Longer answer won",
    few: "Under 30 labelled cases no winner is drawn: the intervals are too wide.",
    better: (one, other, cases, p) => `${one} is better than ${other} on the same ${cases} cases (McNemar's test, p = ${p}).`,
    changed: (changed, compared) => `${changed} of ${compared} verdicts differ from the run before.`,
  },
  de: {
    back: "Alle Läufe",
    loading: "Wird geladen",
    failed: "Dieser Lauf konnte nicht geladen werden",
    error: "Der Lauf ist fehlgeschlagen",
    stop: "Anhalten",
    stopped: "Der Lauf ist angehalten. Was gesagt und entschieden wurde, bleibt.",
    stopFailed: "Der Lauf wurde nicht angehalten",
    resume: "Fortsetzen",
    resumed: "Der Lauf geht weiter. Nichts wird zweimal bezahlt.",
    resumeFailed: "Der Lauf wurde nicht fortgesetzt",
    remove: "Löschen",
    confirmRemove: "Diesen Lauf löschen?",
    removeDetail: "Seine Argumente, seine Urteile, sein Bericht und die dafür hochgeladene Datei werden gelöscht.",
    removeFailed: "Der Lauf wurde nicht gelöscht",
    cancel: "Abbrechen",
    report: "Bericht öffnen",
    download: "Urteile herunterladen",
    techniques: "Verfahren",
    technique: "Verfahren",
    rounds: "Runden",
    inTurns: (rounds) => `${rounds}, nacheinander`,
    votes: "Stimmen je Position",
    debaterA: "Debattierer A",
    debaterB: "Debattierer B",
    judge: "Richter",
    cost: "Kosten",
    most: "Kostet höchstens",
    unknown: "Nicht bekannt",
    cases: "Fälle",
    casesOf: (cases, refused) => (refused === "0" ? cases : `${cases}, und ${refused} Zeilen ausgelassen`),
    noCases: "Noch keine Fälle",
    case: "Fall",
    label: "Richtig ist",
    round: (round, of) => `Runde ${round} von ${of}`,
    voting: (votes) => `Bisher ${votes} Stimmen`,
    judged: (votes) => `Entschieden, ${votes} Stimmen`,
    more: "Weitere Fälle",
    reportFailed: "Der Bericht konnte nicht geladen werden",
    accuracy: "Genauigkeit",
    accuracyInterval: "Genauigkeit mit 95-%-Intervall",
    of: (cases) => `${cases} Fälle`,
    ofDecided: "Von den entschiedenen",
    flipped: "Positionen uneins",
    firstWon: "Erste Antwort gewann",
    longerWon: "Längere Antwort gewann",
    few: "Unter 30 Fällen mit bekannter Antwort gibt es keinen Sieger: die Intervalle sind zu breit.",
    better: (one, other, cases, p) => `${one} ist besser als ${other} bei denselben ${cases} Fällen (McNemar-Test, p = ${p}).`,
    changed: (changed, compared) => `${changed} von ${compared} Urteilen sind anders als im Lauf davor.`,
  },
};
