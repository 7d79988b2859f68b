import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

interface RunMessages {
  back: (flow: string) => string;
  loading: string;
  failed: string;
  title: string;
  graph: string;
  started: string;
  took: string;
  version: string;
  transitions: string;
  cost: string;
  user: string;
  from: string;
  timeLine: string;
  bottleneck: string;
  bottleneckIs: (node: string, percent: number) => string;
  rounds: (rounds: number) => string;
  guardrail: string;
  outcomes: Record<Schemas["FlowRunNode"]["guardrail"]["outcome"], string>;
  conditions: string;
  inputTokens: string;
  outputTokens: string;
  modelTime: string;
  codes: Record<string, string>;
  inputs: string;
  outputs: string;
  nothing: string;
  results: string;
  noOutputs: string;
  input: string;
  events: (count: number) => string;
  trial: string;
  scopes: Record<Schemas["FlowTrial"]["scope"], string>;
  notJson: string;
  trialFailed: string;
  eitherVersion: (one: string, other: string) => string;
  saveTest: string;
  testName: string;
  testNameHint: string;
  compare: string;
  compares: Record<Schemas["FlowTestToSave"]["compare"], string>;
  compareHints: Record<Schemas["FlowTestToSave"]["compare"], string>;
  save: string;
  cancel: string;
  testSaved: (name: string, flow: string) => string;
  testFailed: string;
}

export const messages: Messages<RunMessages> = {
  en: {
    back: (flow) => `Runs of ${flow}`,
    loading: "Loading",
    failed: "This run could not be loaded",
    title: "Run of a flow",
    graph: "Graph of the flow as it ran",
    started: "Started",
    took: "Took",
    version: "Version",
    transitions: "Transitions",
    cost: "Cost (estimate)",
    user: "Started by",
    from: "Goes on from a node of",
    timeLine: "Time line",
    bottleneck: "slowest",
    bottleneckIs: (node, percent) => `${node} is the bottleneck: ${percent} % of the time of all nodes.`,
    rounds: (rounds) => `${rounds} rounds`,
    guardrail: "Guardrail",
    outcomes: { none: "did nothing", masked: "masked", blocked: "blocked" },
    conditions: "Conditions that held",
    inputTokens: "Input tokens",
    outputTokens: "Output tokens",
    modelTime: "Time of the model",
    codes: {
      VALIDATION: "The node was given something wrong",
      DEPENDENCY_FAILED: "What the node calls has failed",
      BAD_GATEWAY: "What the node calls did not answer properly",
      INTERNAL_SERVER: "Amazon Bedrock has failed",
    },
    inputs: "Inputs",
    outputs: "Outputs",
    nothing: "None",
    results: "Outputs of the flow",
    noOutputs: "No output yet",
    input: "Input of the flow",
    events: (count) => `All events (${count})`,
    trial: "Try this node with other inputs",
    scopes: { node: "Run this node alone", rest: "Go on from this node" },
    notJson: "This is no JSON",
    trialFailed: "The trial did not run",
    eitherVersion: (one, other) => `${one} or ${other}`,
    saveTest: "Save as a test",
    testName: "Name of the test",
    testNameHint: "Small letters, digits and single hyphens",
    compare: "What later runs must have alike",
    compares: { path: "The path", texts: "The path and all texts" },
    compareHints: {
      path: "The nodes that are reached, and the conditions that hold. Models answer in other words each time.",
      texts: "Also what each node takes and gives.",
    },
    save: "Save",
    cancel: "Cancel",
    testSaved: (name, flow) => `The test ${name} is saved. \`docent flow pull ${flow}\` writes it into the repository.`,
    testFailed: "The test was not saved",
  },
  de: {
    back: (flow) => `Läufe von ${flow}`,
    loading: "Wird geladen",
    failed: "Dieser Lauf konnte nicht geladen werden",
    title: "Lauf eines Ablaufs",
    graph: "Graph des Ablaufs, wie er lief",
    started: "Begonnen",
    took: "Dauer",
    version: "Version",
    transitions: "Übergänge",
    cost: "Kosten (geschätzt)",
    user: "Gestartet von",
    from: "Setzt fort ab einem Knoten von",
    timeLine: "Zeitverlauf",
    bottleneck: "am langsamsten",
    bottleneckIs: (node, percent) => `${node} ist der Engpass: ${percent} % der Zeit aller Knoten.`,
    rounds: (rounds) => `${rounds} Runden`,
    guardrail: "Guardrail",
    outcomes: { none: "tat nichts", masked: "hat maskiert", blocked: "hat blockiert" },
    conditions: "Zutreffende Bedingungen",
    inputTokens: "Tokens der Eingabe",
    outputTokens: "Tokens der Ausgabe",
    modelTime: "Zeit des Modells",
    codes: {
      VALIDATION: "Der Knoten bekam etwas Falsches",
      DEPENDENCY_FAILED: "Was der Knoten aufruft, ist fehlgeschlagen",
      BAD_GATEWAY: "Was der Knoten aufruft, hat nicht richtig geantwortet",
      INTERNAL_SERVER: "Amazon Bedrock ist fehlgeschlagen",
    },
    inputs: "Eingänge",
    outputs: "Ausgänge",
    nothing: "Keine",
    results: "Ausgaben des Ablaufs",
    noOutputs: "Noch keine Ausgabe",
    input: "Eingabe des Ablaufs",
    events: (count) => `Alle Ereignisse (${count})`,
    trial: "Diesen Knoten mit anderen Eingängen versuchen",
    scopes: { node: "Nur diesen Knoten ausführen", rest: "Ab diesem Knoten fortsetzen" },
    notJson: "Das ist kein JSON",
    trialFailed: "Der Versuch lief nicht",
    eitherVersion: (one, other) => `${one} oder ${other}`,
    saveTest: "Als Test speichern",
    testName: "Name des Tests",
    testNameHint: "Kleine Buchstaben, Ziffern und einzelne Bindestriche",
    compare: "Was spätere Läufe gleich haben müssen",
    compares: { path: "Den Weg", texts: "Den Weg und alle Texte" },
    compareHints: {
      path: "Die erreichten Knoten und die zutreffenden Bedingungen. Modelle antworten jedes Mal mit anderen Worten.",
      texts: "Auch das, was jeder Knoten nimmt und gibt.",
    },
    save: "Speichern",
    cancel: "Abbrechen",
    testSaved: (name, flow) => `Der Test ${name} ist gespeichert. \`docent flow pull ${flow}\` schreibt ihn ins Repository.`,
    testFailed: "Der Test wurde nicht gespeichert",
  },
};
