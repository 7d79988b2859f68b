import type { Messages } from "../../../i18n/language";

interface EditorMessages {
  loading: string;
  loadFailed: string;
  noFlow: (line: number) => string;
  readOnly: string;
  draft: (flow: string) => string;
  draftOf: (user: string, time: string) => string;
  newer: (user: string, time: string) => string;
  newerDetail: string;
  tools: string;
  addNode: string;
  undo: string;
  redo: string;
  arrange: string;
  save: string;
  saved: string;
  savedDetail: (flow: string) => string;
  saveFailed: string;
  loops: string;
  wholeFlow: string;
  canvas: string;
  checking: string;
  notChecked: string;
  outline: string;
  noNodes: string;
  chooseNode: string;
  leadsTo: string;
  name: string;
  badName: string;
  takenName: string;
  prompt: string;
  promptHint: string;
  fields: Record<string, string>;
  notANumber: string;
  inputs: string;
  outputs: string;
  inputName: (number: number) => string;
  outputName: (number: number) => string;
  typeOf: (port: string) => string;
  removePort: (port: string) => string;
  expression: string;
  expressionOf: (port: string) => string;
  comesFrom: string;
  comesFromOf: (port: string) => string;
  nothing: string;
  several: (count: number) => string;
  addInput: string;
  addOutput: string;
  disconnect: (connection: string) => string;
  runsWhen: string;
  addRelease: string;
  conditions: string;
  conditionsHint: string;
  conditionName: (number: number) => string;
  moveUp: (condition: string) => string;
  addCondition: string;
  enterLoop: string;
  configuration: string;
  configurationHint: string;
  notAnObject: string;
  removeNode: string;
  file: string;
  leave: string;
  leaveDetail: string;
  leaveAction: string;
  stay: string;
  conflict: (user: string, time: string) => string;
  conflictDetail: string;
  sameMeaning: string;
  mine: string;
  theirs: string;
  notThere: string;
  node: string;
  connection: string;
  wholeFiles: string;
  saveMine: string;
  takeTheirs: string;
  goOn: string;
}

export const messages: Messages<EditorMessages> = {
  en: {
    loading: "Loading",
    loadFailed: "The file of this flow could not be loaded",
    noFlow: (line) => `The file cannot be read as a flow: line ${line}`,
    readOnly: "You can look at the file. Members of the group of flow editors can change it.",
    draft: (flow) => `It is not deployed: \`docent flow pull ${flow}\` writes it into the repository.`,
    draftOf: (user, time) => `This is a draft that ${user || "somebody"} saved at ${time}.`,
    newer: (user, time) => `${user || "Somebody else"} saved this flow at ${time}`,
    newerDetail: "Your changes are still here. When you save, you see both versions and decide.",
    tools: "Tools of the editor",
    addNode: "Add a node",
    undo: "Undo",
    redo: "Redo",
    arrange: "Arrange",
    save: "Save",
    saved: "The draft is saved.",
    savedDetail: (flow) => `It is deployed when its file is in the repository: docent flow pull ${flow}`,
    saveFailed: "The draft was not saved",
    loops: "Loops around what is shown",
    wholeFlow: "Flow",
    canvas: "Canvas of the flow",
    checking: "The API is checking",
    notChecked: "Only the ports are checked: the API did not answer.",
    outline: "Outline",
    noNodes: "No nodes yet",
    chooseNode: "Choose a node on the canvas or in the outline to edit it.",
    leadsTo: "leads to",
    name: "Name",
    badName: "A name begins with a letter, and has 2 to 51 letters, digits and single underscores",
    takenName: "Another node has this name",
    prompt: "Prompt",
    promptHint: "Each {{variable}} is an input of the node",
    fields: {
      model: "Model",
      guardrail: "Guardrail",
      guardrailVersion: "Version of the guardrail",
      knowledgeBase: "Knowledge base",
      results: "Number of results",
      answerTemplate: "Template of the answer",
      lambda: "Lambda function (ARN)",
      code: "Python code; the value of the last line is the response",
      agent: "Alias of the agent (ARN)",
      bucket: "Bucket",
      goesOn: "Goes on while",
      rounds: "Rounds at most",
    },
    notANumber: "This is no whole number",
    inputs: "Inputs",
    outputs: "Outputs",
    inputName: (number) => `Name of input ${number}`,
    outputName: (number) => `Name of output ${number}`,
    typeOf: (port) => `Type of ${port}`,
    removePort: (port) => `Remove ${port}`,
    expression: "Expression",
    expressionOf: (port) => `Expression of ${port}`,
    comesFrom: "Comes from",
    comesFromOf: (port) => `${port} comes from`,
    nothing: "Nothing",
    several: (count) => `${count} connections lead here, and one is allowed. Choose one.`,
    addInput: "Add an input",
    addOutput: "Add an output",
    disconnect: (connection) => `Remove the connection ${connection}`,
    runsWhen: "Runs when one of these holds",
    addRelease: "Add a condition to wait for",
    conditions: "Conditions",
    conditionsHint: "The first that holds wins, otherwise default.",
    conditionName: (number) => `Name of condition ${number}`,
    moveUp: (condition) => `Move ${condition} up`,
    addCondition: "Add a condition",
    enterLoop: "Open the loop",
    configuration: "Configuration as JSON",
    configurationHint: "All fields, also those that have no input above",
    notAnObject: "This is no JSON object",
    removeNode: "Delete the node",
    file: "File",
    leave: "Leave without saving?",
    leaveDetail: "Your changes of this flow are lost.",
    leaveAction: "Leave",
    stay: "Stay",
    conflict: (user, time) => `${user || "Somebody else"} saved this flow at ${time}`,
    conflictDetail: "Nothing was saved. These are the differences between your version and theirs.",
    sameMeaning: "Both mean the same: they differ in layout or in blanks only.",
    mine: "Your version",
    theirs: "Their version",
    notThere: "Not there",
    node: "Node",
    connection: "Connection",
    wholeFiles: "Both files as a whole",
    saveMine: "Save yours over theirs",
    takeTheirs: "Take theirs (undo brings yours back)",
    goOn: "Go on editing",
  },
  de: {
    loading: "Wird geladen",
    loadFailed: "Die Datei dieses Ablaufs konnte nicht geladen werden",
    noFlow: (line) => `Die Datei ist als Ablauf nicht lesbar: Zeile ${line}`,
    readOnly: "Sie können die Datei ansehen. Ändern können sie die Mitglieder der Gruppe der Bearbeiter.",
    draft: (flow) => `Er ist nicht bereitgestellt: \`docent flow pull ${flow}\` schreibt ihn ins Repository.`,
    draftOf: (user, time) => `Dies ist ein Entwurf, den ${user || "jemand"} ${time} gespeichert hat.`,
    newer: (user, time) => `${user || "Jemand anderes"} hat diesen Ablauf ${time} gespeichert`,
    newerDetail: "Ihre Änderungen sind noch da. Beim Speichern sehen Sie beide Fassungen und entscheiden.",
    tools: "Werkzeuge des Editors",
    addNode: "Knoten hinzufügen",
    undo: "Rückgängig",
    redo: "Wiederholen",
    arrange: "Anordnen",
    save: "Speichern",
    saved: "Der Entwurf ist gespeichert.",
    savedDetail: (flow) => `Er wird bereitgestellt, wenn seine Datei im Repository ist: docent flow pull ${flow}`,
    saveFailed: "Der Entwurf wurde nicht gespeichert",
    loops: "Schleifen um das, was zu sehen ist",
    wholeFlow: "Ablauf",
    canvas: "Zeichenfläche des Ablaufs",
    checking: "Die API prüft",
    notChecked: "Nur die Anschlüsse sind geprüft: die API hat nicht geantwortet.",
    outline: "Gliederung",
    noNodes: "Noch keine Knoten",
    chooseNode: "Wählen Sie auf der Zeichenfläche oder in der Gliederung einen Knoten, um ihn zu bearbeiten.",
    leadsTo: "führt zu",
    name: "Name",
    badName: "Ein Name beginnt mit einem Buchstaben und hat 2 bis 51 Buchstaben, Ziffern und einzelne Unterstriche",
    takenName: "Ein anderer Knoten heißt so",
    prompt: "Prompt",
    promptHint: "Jede {{Variable}} ist ein Eingang des Knotens",
    fields: {
      model: "Modell",
      guardrail: "Guardrail",
      guardrailVersion: "Version der Guardrail",
      knowledgeBase: "Wissensdatenbank",
      results: "Anzahl der Ergebnisse",
      answerTemplate: "Vorlage der Antwort",
      lambda: "Lambda-Funktion (ARN)",
      code: "Python-Code; der Wert der letzten Zeile ist die Antwort",
      agent: "Alias des Agenten (ARN)",
      bucket: "Bucket",
      goesOn: "Läuft weiter, solange",
      rounds: "Runden höchstens",
    },
    notANumber: "Das ist keine ganze Zahl",
    inputs: "Eingänge",
    outputs: "Ausgänge",
    inputName: (number) => `Name des Eingangs ${number}`,
    outputName: (number) => `Name des Ausgangs ${number}`,
    typeOf: (port) => `Typ von ${port}`,
    removePort: (port) => `${port} entfernen`,
    expression: "Ausdruck",
    expressionOf: (port) => `Ausdruck von ${port}`,
    comesFrom: "Kommt von",
    comesFromOf: (port) => `${port} kommt von`,
    nothing: "Nichts",
    several: (count) => `${count} Verbindungen führen hierher, erlaubt ist eine. Wählen Sie eine.`,
    addInput: "Eingang hinzufügen",
    addOutput: "Ausgang hinzufügen",
    disconnect: (connection) => `Verbindung ${connection} entfernen`,
    runsWhen: "Läuft, wenn eine davon zutrifft",
    addRelease: "Bedingung hinzufügen, auf die gewartet wird",
    conditions: "Bedingungen",
    conditionsHint: "Die erste, die zutrifft, gilt, sonst default.",
    conditionName: (number) => `Name der Bedingung ${number}`,
    moveUp: (condition) => `${condition} nach oben`,
    addCondition: "Bedingung hinzufügen",
    enterLoop: "Schleife öffnen",
    configuration: "Konfiguration als JSON",
    configurationHint: "Alle Felder, auch die ohne eigene Eingabe darüber",
    notAnObject: "Das ist kein JSON-Objekt",
    removeNode: "Knoten löschen",
    file: "Datei",
    leave: "Ohne Speichern verlassen?",
    leaveDetail: "Ihre Änderungen an diesem Ablauf gehen verloren.",
    leaveAction: "Verlassen",
    stay: "Bleiben",
    conflict: (user, time) => `${user || "Jemand anderes"} hat diesen Ablauf ${time} gespeichert`,
    conflictDetail: "Es wurde nichts gespeichert. Dies sind die Unterschiede zwischen Ihrer und der anderen Fassung.",
    sameMeaning: "Beide bedeuten dasselbe: nur Anordnung oder Leerzeichen sind verschieden.",
    mine: "Ihre Fassung",
    theirs: "Andere Fassung",
    notThere: "Nicht vorhanden",
    node: "Knoten",
    connection: "Verbindung",
    wholeFiles: "Beide Dateien im Ganzen",
    saveMine: "Ihre darüber speichern",
    takeTheirs: "Andere nehmen (Rückgängig holt Ihre zurück)",
    goOn: "Weiter bearbeiten",
  },
};
