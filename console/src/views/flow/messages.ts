import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

type Difference = Schemas["FlowDifference"];

interface FlowMessages {
  back: string;
  loading: string;
  failed: string;
  parts: string;
  tabs: { graph: string; editor: string; runs: string; measures: string; versions: string };
  answers: (version: string) => string;
  graph: string;
  noGraph: string;
  validation: string;
  valid: string;
  error: string;
  warning: string;
  line: (line: number) => string;
  run: string;
  runHint: string;
  conversation: string;
  startNew: string;
  running: string;
  input: (type: string) => string;
  wrongType: (type: string) => string;
  runIt: string;
  answerLabel: string;
  answerIt: string;
  asks: string;
  runFailed: string;
  lost: string;
  trace: string;
  started: string;
  status: string;
  version: string;
  took: string;
  transitions: string;
  cost: string;
  user: string;
  runsFailed: string;
  noRuns: string;
  moreRuns: string;
  measuresFailed: string;
  measured: (runs: string, transitions: string, cost: string) => string;
  node: string;
  p50: string;
  p95: string;
  byDay: string;
  dayOf: (day: string, p50: string, p95: string) => string;
  noVersions: string;
  created: string;
  description: string;
  answersNow: string;
  itAnswers: string;
  letAnswer: string;
  letAnswerOf: (version: string) => string;
  letAnswerDetail: string;
  moved: (version: string) => string;
  moveFailed: string;
  cancel: string;
  differences: string;
  differencesHint: string;
  differencesFailed: string;
  before: string;
  after: string;
  versionOf: (version: string) => string;
  savedFile: string;
  sameMeaning: string;
  changedLines: string;
  changes: Record<Difference["change"], string>;
  whats: Record<Difference["what"], string>;
}

export const messages: Messages<FlowMessages> = {
  en: {
    back: "All flows",
    loading: "Loading",
    failed: "This flow could not be loaded",
    parts: "Parts of the flow",
    tabs: { graph: "Deployed", editor: "Editor", runs: "Runs", measures: "Times", versions: "Versions" },
    answers: (version) => `Version ${version} answers`,
    graph: "Graph of the flow",
    noGraph: "The definition of this flow cannot be shown as a graph",
    validation: "Validation",
    valid: "Nothing was found: the flow is valid",
    error: "Error",
    warning: "Warning",
    line: (line) => `Line ${line}`,
    run: "Run the flow",
    runHint: "The graph shows where the run is. If a node asks something, answer it here.",
    conversation: "Inputs and what came of them",
    startNew: "Start again",
    running: "The flow is running",
    input: (type) => (type.toLowerCase() === "string" ? "Input" : `Input, JSON of the type ${type}`),
    wrongType: (type) => `The flow takes JSON of the type ${type}. Nothing was run.`,
    runIt: "Run",
    answerLabel: "Answer to the question",
    answerIt: "Answer",
    asks: "Question of",
    runFailed: "The flow was not run, or its end is not known",
    lost: "The connection was lost before anything was heard of the run. If it began, it is among the runs.",
    trace: "Open the trace",
    started: "Started",
    status: "Status",
    version: "Version",
    took: "Took",
    transitions: "Transitions",
    cost: "Cost (estimate)",
    user: "Started by",
    runsFailed: "The runs could not be loaded",
    noRuns: "No runs yet",
    moreRuns: "More runs",
    measuresFailed: "The times could not be loaded",
    measured: (runs, transitions, cost) => `${runs} runs with ${transitions} transitions between nodes, which cost about ${cost}.`,
    node: "Node",
    p50: "Median",
    p95: "95 % are faster than",
    byDay: "Day by day (dashed: 95 %)",
    dayOf: (day, p50, p95) => `${day}: median ${p50}, 95 % ${p95}`,
    noVersions: "No versions yet",
    created: "Created",
    description: "Description",
    answersNow: "Answers",
    itAnswers: "This one answers",
    letAnswer: "Have it answer",
    letAnswerOf: (version) => `Have version ${version} answer`,
    letAnswerDetail: "Callers get its answers at once. The next deployment that changes the flow moves the alias again.",
    moved: (version) => `Version ${version} answers now.`,
    moveFailed: "The alias was not moved",
    cancel: "Cancel",
    differences: "Compare",
    differencesHint: "What two versions mean differently. Layout, order and the names of connections mean nothing.",
    differencesFailed: "They could not be compared",
    before: "Before",
    after: "After",
    versionOf: (version) => `Version ${version}`,
    savedFile: "The file in the editor, as saved",
    sameMeaning: "They mean the same",
    changedLines: "Lines that changed",
    changes: { added: "added", removed: "removed", changed: "changed" },
    whats: {
      node: "node",
      input: "input",
      output: "output",
      condition: "condition",
      text: "text",
      setting: "setting",
      connection: "connection",
    },
  },
  de: {
    back: "Alle Abläufe",
    loading: "Wird geladen",
    failed: "Dieser Ablauf konnte nicht geladen werden",
    parts: "Teile des Ablaufs",
    tabs: { graph: "Bereitgestellt", editor: "Editor", runs: "Läufe", measures: "Zeiten", versions: "Versionen" },
    answers: (version) => `Version ${version} antwortet`,
    graph: "Graph des Ablaufs",
    noGraph: "Die Definition dieses Ablaufs lässt sich nicht als Graph zeigen",
    validation: "Prüfung",
    valid: "Es wurde nichts gefunden: der Ablauf ist gültig",
    error: "Fehler",
    warning: "Warnung",
    line: (line) => `Zeile ${line}`,
    run: "Ablauf ausführen",
    runHint: "Der Graph zeigt, wo der Lauf ist. Fragt ein Knoten etwas, antworten Sie hier.",
    conversation: "Eingaben und was daraus wurde",
    startNew: "Neu beginnen",
    running: "Der Ablauf läuft",
    input: (type) => (type.toLowerCase() === "string" ? "Eingabe" : `Eingabe, JSON vom Typ ${type}`),
    wrongType: (type) => `Der Ablauf nimmt JSON vom Typ ${type}. Es wurde nichts ausgeführt.`,
    runIt: "Ausführen",
    answerLabel: "Antwort auf die Frage",
    answerIt: "Antworten",
    asks: "Frage von",
    runFailed: "Der Ablauf wurde nicht ausgeführt, oder sein Ende ist nicht bekannt",
    lost: "Die Verbindung brach ab, bevor etwas vom Lauf zu hören war. Hat er begonnen, steht er unter den Läufen.",
    trace: "Trace öffnen",
    started: "Begonnen",
    status: "Status",
    version: "Version",
    took: "Dauer",
    transitions: "Übergänge",
    cost: "Kosten (geschätzt)",
    user: "Gestartet von",
    runsFailed: "Die Läufe konnten nicht geladen werden",
    noRuns: "Noch keine Läufe",
    moreRuns: "Weitere Läufe",
    measuresFailed: "Die Zeiten konnten nicht geladen werden",
    measured: (runs, transitions, cost) => `${runs} Läufe mit ${transitions} Übergängen zwischen Knoten, die etwa ${cost} kosten.`,
    node: "Knoten",
    p50: "Median",
    p95: "95 % sind schneller als",
    byDay: "Tag für Tag (gestrichelt: 95 %)",
    dayOf: (day, p50, p95) => `${day}: Median ${p50}, 95 % ${p95}`,
    noVersions: "Noch keine Versionen",
    created: "Erstellt",
    description: "Beschreibung",
    answersNow: "Antwortet",
    itAnswers: "Diese antwortet",
    letAnswer: "Antworten lassen",
    letAnswerOf: (version) => `Version ${version} antworten lassen`,
    letAnswerDetail: "Aufrufer bekommen sofort ihre Antworten. Die nächste Bereitstellung, die den Ablauf ändert, versetzt den Alias wieder.",
    moved: (version) => `Jetzt antwortet Version ${version}.`,
    moveFailed: "Der Alias wurde nicht versetzt",
    cancel: "Abbrechen",
    differences: "Vergleichen",
    differencesHint: "Was zwei Versionen verschieden meinen. Anordnung, Reihenfolge und Namen von Verbindungen bedeuten nichts.",
    differencesFailed: "Sie konnten nicht verglichen werden",
    before: "Vorher",
    after: "Nachher",
    versionOf: (version) => `Version ${version}`,
    savedFile: "Die Datei im Editor, wie gespeichert",
    sameMeaning: "Sie bedeuten dasselbe",
    changedLines: "Geänderte Zeilen",
    changes: { added: "hinzugefügt", removed: "entfernt", changed: "geändert" },
    whats: {
      node: "Knoten",
      input: "Eingang",
      output: "Ausgang",
      condition: "Bedingung",
      text: "Text",
      setting: "Einstellung",
      connection: "Verbindung",
    },
  },
};
