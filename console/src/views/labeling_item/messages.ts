import type { Messages } from "../../i18n/language";
import type { Edge, Segment } from "./label";
import type { Group } from "./label_keys";
import type { Side } from "./merging";
import type { SaverState } from "./Saver";
import type { Fault } from "./task_schema";

export interface LabelingMessages {
  loading: string;
  openFailed: string;
  toTask: string;
  closed: (number: string) => string;
  closedDetail: Record<string, string>;
  noMedia: string;
  mediaFailed: string;
  nothingLeft: string;
  submitted: (number: string) => string;
  item: string;
  input: string;
  video: string;
  editor: string;
  textEditor: string;
  document: string;
  answer: (place: number) => string;
  waveform: string;
  keys: string;
  keyCaps: Record<string, string>;
  groups: Record<Group, string>;
  keyNames: Record<string, string>;
  categoryKeys: string;
  wheel: string;
  close: string;
  release: string;
  submit: string;
  rejected: string;
  failed: string;
  notSent: string;
  incomplete: string;
  incompleteDetail: (count: number) => string;
  faults: Record<Fault, string>;
  play: string;
  pause: string;
  loop: string;
  frame: string;
  goTo: string;
  rate: string;
  beginMark: string;
  endMark: (start: string) => string;
  track: string;
  categories: string;
  category: string;
  noCategory: string;
  noChoice: string;
  yes: string;
  no: string;
  segments: string;
  noSegments: string;
  segment: string;
  edges: Record<Edge, string>;
  chosenEdge: string;
  timeHint: string;
  suggested: string;
  origins: Record<Segment["origin"], string>;
  clipFields: string;
  chooseHint: string;
  suggestionHint: string;
  needsCategory: string;
  tooShort: string;
  notInside: string;
  nothingFollows: string;
  saving: Record<SaverState["status"], string>;
  claimLost: string;
  unkept: string;
  keptHere: string;
  unkeptHere: string;
  twoVersions: string;
  twoVersionsDetail: (time: string) => string;
  noDifference: string;
  leftOut: string;
  sides: Record<Side, string>;
  merge: string;
}

export const messages: Messages<LabelingMessages> = {
  en: {
    loading: "Loading the item",
    openFailed: "The item cannot be opened",
    toTask: "Go to the task",
    closed: (number) => `Item ${number} is submitted`,
    closedDetail: {
      SUBMITTED: "You have submitted your answer. It can be changed only if a reviewer rejects it.",
      ACCEPTED: "A reviewer has accepted your answer.",
      REJECTED: "A reviewer has rejected your answer.",
    },
    noMedia: "There is nothing to play. Tell the owner of the task.",
    mediaFailed: "The clip cannot be played",
    nothingLeft: "Nothing is left to label",
    submitted: (number) => `Item ${number} is submitted`,
    item: "Item",
    input: "From the manifest",
    video: "Video",
    editor: "Segments of the clip",
    textEditor: "Question about the document",
    document: "Document",
    answer: (place) => `Answer ${String.fromCharCode(65 + place)}`,
    waveform: "Waveform and spectrogram",
    keys: "Keys",
    keyCaps: {
      Space: "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", PageUp: "Page up", PageDown: "Page down",
      Escape: "Esc", Enter: "Enter", Delete: "Delete", Backspace: "Backspace", Ctrl: "Ctrl", Alt: "Alt", Shift: "Shift",
    },
    groups: {
      playing: "Playing",
      marking: "Segments",
      edges: "Edge that is chosen",
      fields: "Fields",
      suggestions: "Suggestions",
      view: "View",
      work: "Work",
    },
    keyNames: {
      play: "Play or pause",
      loop: "Loop what is chosen",
      replayBefore: "Replay half a second before the edge",
      replayAfter: "Replay half a second after the edge",
      replayAround: "Replay half a second before and after the edge",
      slower: "Slower",
      faster: "Faster",
      back: "Back by a second",
      forward: "Forward by a second",
      frameBack: "Back by a frame",
      frameForward: "Forward by a frame",
      mark: "Begin a segment, and end it",
      cancel: "Cancel, leave a field",
      next: "Next segment",
      previous: "Segment before",
      nextTrack: "Next track",
      split: "Split where the clip is",
      merge: "Merge with the next of the track",
      remove: "Remove",
      swapEdge: "Choose the other edge",
      edgeHere: "Move the edge to where the clip is",
      earlier10: "10 ms earlier",
      later10: "10 ms later",
      earlier1: "1 ms earlier",
      later1: "1 ms later",
      earlier100: "100 ms earlier",
      later100: "100 ms later",
      frameEarlier: "A frame earlier",
      frameLater: "A frame later",
      moveEarlier: "Whole segment 10 ms earlier",
      moveLater: "Whole segment 10 ms later",
      edit: "Edit the first field",
      nextSuggestion: "Next suggestion",
      accept: "Accept the suggestion",
      reject: "Reject the suggestion",
      zoomIn: "Zoom in",
      zoomOut: "Zoom out",
      zoomTo: "Zoom to what is chosen",
      zoomAll: "Show the whole clip",
      scrollLeft: "Show what is before",
      scrollRight: "Show what follows",
      undo: "Undo",
      redo: "Redo",
      save: "Save now",
      submit: "Submit",
      help: "Show the keys",
    },
    categoryKeys:
      "While the clip plays, the key of a category begins a segment, and ends it; another category's key ends it and begins the next. While the clip rests, it sets the category of what is chosen.",
    wheel: "With the mouse: drag to draw a segment, drag its edges; Ctrl and the wheel zoom, Shift and the wheel scroll.",
    close: "Close",
    release: "Give back",
    submit: "Submit",
    rejected: "A reviewer has rejected this answer",
    failed: "That did not work",
    notSent: "Your work is kept on this device but could not be saved on the server, so it was not submitted. Submit again when the network is back.",
    incomplete: "Something is missing or wrong",
    incompleteDetail: (count) => `Complete ${count === 1 ? "one field that is" : `${count} fields that are`} marked, then submit again.`,
    faults: { missing: "Required", number: "Not a number of the right kind", bounds: "Out of bounds", long: "Too long" },
    play: "Play",
    pause: "Pause",
    loop: "Loop",
    frame: "frame",
    goTo: "Go to time",
    rate: "Speed",
    beginMark: "Begin a segment",
    endMark: (start) => `End the segment from ${start}`,
    track: "Track",
    categories: "Categories",
    category: "Category",
    noCategory: "No category",
    noChoice: "–",
    yes: "Yes",
    no: "No",
    segments: "Segments",
    noSegments: "No segments yet. Play the clip and press B where one begins and where it ends, or drag in the waveform.",
    segment: "Segment",
    edges: { start_us: "Start", end_us: "End" },
    chosenEdge: "chosen edge",
    timeHint: "m:ss.mmm",
    suggested: "Suggested",
    origins: { person: "", accepted: "Accepted", changed: "Changed" },
    clipFields: "Whole clip",
    chooseHint: "Choose a segment to edit it.",
    suggestionHint: "A machine suggests this segment. Press A to accept it, X to reject it, or a category's key to accept it with that category.",
    needsCategory: "Choose the category with its key",
    tooShort: "A segment needs at least a millisecond",
    notInside: "The clip is not inside the segment that is chosen",
    nothingFollows: "No segment follows on this track",
    saving: {
      saved: "Saved",
      unsent: "Changed",
      saving: "Saving",
      waiting: "Kept on this device, not sent yet",
      conflict: "Another window has saved too",
      refused: "Kept on this device; refused:",
    },
    claimLost: "Your claim has run out and others have taken the item. Your draft is kept.",
    unkept: "This device keeps nothing: do not close the window before it is saved.",
    keptHere: "Kept on this device until you submit",
    unkeptHere: "This device keeps nothing: do not close the window before you submit.",
    twoVersions: "Two versions were saved",
    twoVersionsDetail: (time) => `Another window saved this item, last on ${time}. Both versions are kept. Choose for each difference, then merge.`,
    noDifference: "Both versions are the same.",
    leftOut: "Not there",
    sides: { mine: "This window", theirs: "Other window" },
    merge: "Merge",
  },
  de: {
    loading: "Aufgabe wird geladen",
    openFailed: "Die Aufgabe lässt sich nicht öffnen",
    toTask: "Zum Auftrag",
    closed: (number) => `Aufgabe ${number} ist eingereicht`,
    closedDetail: {
      SUBMITTED: "Sie haben Ihre Antwort eingereicht. Sie lässt sich nur ändern, wenn eine Prüferin oder ein Prüfer sie ablehnt.",
      ACCEPTED: "Ihre Antwort wurde angenommen.",
      REJECTED: "Ihre Antwort wurde abgelehnt.",
    },
    noMedia: "Es gibt nichts abzuspielen. Sagen Sie es dem Eigentümer des Auftrags.",
    mediaFailed: "Die Aufnahme lässt sich nicht abspielen",
    nothingLeft: "Es ist nichts mehr zu bearbeiten",
    submitted: (number) => `Aufgabe ${number} ist eingereicht`,
    item: "Aufgabe",
    input: "Aus dem Manifest",
    video: "Video",
    editor: "Segmente der Aufnahme",
    textEditor: "Frage zum Dokument",
    document: "Dokument",
    answer: (place) => `Antwort ${String.fromCharCode(65 + place)}`,
    waveform: "Wellenform und Spektrogramm",
    keys: "Tasten",
    keyCaps: {
      Space: "Leertaste", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", PageUp: "Bild auf", PageDown: "Bild ab",
      Escape: "Esc", Enter: "Eingabe", Delete: "Entf", Backspace: "Rücktaste", Ctrl: "Strg", Alt: "Alt", Shift: "Umschalt",
    },
    groups: {
      playing: "Abspielen",
      marking: "Segmente",
      edges: "Gewählte Kante",
      fields: "Felder",
      suggestions: "Vorschläge",
      view: "Ansicht",
      work: "Arbeit",
    },
    keyNames: {
      play: "Abspielen oder anhalten",
      loop: "Gewähltes wiederholen",
      replayBefore: "Halbe Sekunde vor der Kante abspielen",
      replayAfter: "Halbe Sekunde nach der Kante abspielen",
      replayAround: "Halbe Sekunde vor und nach der Kante abspielen",
      slower: "Langsamer",
      faster: "Schneller",
      back: "Eine Sekunde zurück",
      forward: "Eine Sekunde vor",
      frameBack: "Ein Bild zurück",
      frameForward: "Ein Bild vor",
      mark: "Segment beginnen und beenden",
      cancel: "Abbrechen, Feld verlassen",
      next: "Nächstes Segment",
      previous: "Voriges Segment",
      nextTrack: "Nächste Spur",
      split: "An der Abspielstelle teilen",
      merge: "Mit dem nächsten der Spur verbinden",
      remove: "Entfernen",
      swapEdge: "Andere Kante wählen",
      edgeHere: "Kante an die Abspielstelle setzen",
      earlier10: "10 ms früher",
      later10: "10 ms später",
      earlier1: "1 ms früher",
      later1: "1 ms später",
      earlier100: "100 ms früher",
      later100: "100 ms später",
      frameEarlier: "Ein Bild früher",
      frameLater: "Ein Bild später",
      moveEarlier: "Ganzes Segment 10 ms früher",
      moveLater: "Ganzes Segment 10 ms später",
      edit: "Erstes Feld bearbeiten",
      nextSuggestion: "Nächster Vorschlag",
      accept: "Vorschlag annehmen",
      reject: "Vorschlag ablehnen",
      zoomIn: "Vergrößern",
      zoomOut: "Verkleinern",
      zoomTo: "Gewähltes zeigen",
      zoomAll: "Ganze Aufnahme zeigen",
      scrollLeft: "Davor zeigen",
      scrollRight: "Danach zeigen",
      undo: "Rückgängig",
      redo: "Wiederholen",
      save: "Jetzt speichern",
      submit: "Einreichen",
      help: "Tasten zeigen",
    },
    categoryKeys:
      "Während die Aufnahme läuft, beginnt und beendet die Taste einer Kategorie ein Segment; die Taste einer anderen beendet es und beginnt das nächste. Steht die Aufnahme, setzt sie die Kategorie des gewählten Segments.",
    wheel: "Mit der Maus: ziehen zeichnet ein Segment, seine Kanten lassen sich ziehen; Strg und Mausrad vergrößern, Umschalt und Mausrad blättern.",
    close: "Schließen",
    release: "Zurückgeben",
    submit: "Einreichen",
    rejected: "Diese Antwort wurde abgelehnt",
    failed: "Das ist nicht gelungen",
    notSent: "Ihre Arbeit ist auf diesem Gerät, ließ sich aber nicht auf dem Server speichern und wurde nicht eingereicht. Reichen Sie sie noch einmal ein, sobald das Netz wieder da ist.",
    incomplete: "Etwas fehlt oder ist falsch",
    incompleteDetail: (count) => `Ergänzen Sie ${count === 1 ? "das markierte Feld" : `die ${count} markierten Felder`} und reichen Sie dann noch einmal ein.`,
    faults: { missing: "Erforderlich", number: "Keine passende Zahl", bounds: "Außerhalb der Grenzen", long: "Zu lang" },
    play: "Abspielen",
    pause: "Anhalten",
    loop: "Wiederholen",
    frame: "Bild",
    goTo: "Zur Zeit springen",
    rate: "Geschwindigkeit",
    beginMark: "Segment beginnen",
    endMark: (start) => `Segment ab ${start} beenden`,
    track: "Spur",
    categories: "Kategorien",
    category: "Kategorie",
    noCategory: "Keine Kategorie",
    noChoice: "–",
    yes: "Ja",
    no: "Nein",
    segments: "Segmente",
    noSegments: "Noch keine Segmente. Spielen Sie die Aufnahme ab und drücken Sie B, wo eines beginnt und wo es endet, oder ziehen Sie in der Wellenform.",
    segment: "Segment",
    edges: { start_us: "Anfang", end_us: "Ende" },
    chosenEdge: "gewählte Kante",
    timeHint: "m:ss.mmm",
    suggested: "Vorschlag",
    origins: { person: "", accepted: "Angenommen", changed: "Geändert" },
    clipFields: "Ganze Aufnahme",
    chooseHint: "Wählen Sie ein Segment, um es zu bearbeiten.",
    suggestionHint: "Eine Maschine schlägt dieses Segment vor. A nimmt es an, X lehnt es ab, die Taste einer Kategorie nimmt es mit dieser Kategorie an.",
    needsCategory: "Wählen Sie die Kategorie mit ihrer Taste",
    tooShort: "Ein Segment braucht mindestens eine Millisekunde",
    notInside: "Die Abspielstelle liegt nicht im gewählten Segment",
    nothingFollows: "Auf dieser Spur folgt kein Segment",
    saving: {
      saved: "Gespeichert",
      unsent: "Geändert",
      saving: "Wird gespeichert",
      waiting: "Auf diesem Gerät behalten, noch nicht gesendet",
      conflict: "Ein anderes Fenster hat auch gespeichert",
      refused: "Auf diesem Gerät behalten; abgelehnt:",
    },
    claimLost: "Ihre Reservierung ist abgelaufen, andere haben die Aufgabe übernommen. Ihr Entwurf bleibt erhalten.",
    unkept: "Dieses Gerät behält nichts: Schließen Sie das Fenster erst, wenn gespeichert ist.",
    keptHere: "Bis zum Absenden auf diesem Gerät behalten",
    unkeptHere: "Dieses Gerät behält nichts: Schließen Sie das Fenster erst nach dem Absenden.",
    twoVersions: "Zwei Fassungen wurden gespeichert",
    twoVersionsDetail: (time) =>
      `Ein anderes Fenster hat diese Aufgabe gespeichert, zuletzt am ${time}. Beide Fassungen bleiben erhalten. Wählen Sie bei jedem Unterschied und verbinden Sie dann.`,
    noDifference: "Beide Fassungen sind gleich.",
    leftOut: "Nicht vorhanden",
    sides: { mine: "Dieses Fenster", theirs: "Anderes Fenster" },
    merge: "Verbinden",
  },
};
