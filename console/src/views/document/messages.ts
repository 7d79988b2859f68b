import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

type Image = Schemas["Picture"];

interface DocumentMessages {
  where: string;
  documents: string;
  loading: string;
  documentFailed: string;
  again: string;
  about: string;
  pages: (count: number) => string;
  tokensAndCost: (input: string, output: string, cost: string) => string;
  showTrace: string;

  now: (state: string, since: string) => string;
  stateWords: Record<string, string>;
  stuck: (since: string) => string;
  waitsFor: (state: string, since: string, attempts: number) => string;
  noCause: string;
  onlyOwnersStart: string;
  readAgain: string;
  removeAgain: string;
  startFailed: string;

  viewer: string;
  pageArea: string;
  toolbar: string;
  opening: string;
  fileFailed: string;
  pageFailed: string;
  previousPage: string;
  nextPage: string;
  pageNumber: string;
  ofPages: (count: number) => string;
  printedAs: (label: string) => string;
  zoom: string;
  wholeWidth: string;
  passage: string;
  passageNotFound: string;
  percent: (value: number) => string;

  images: (count: number) => string;
  noImages: string;
  allImages: string;
  imageLabel: (number: number, page: number) => string;
  imageOnPage: (page: number) => string;
  imageWithheld: string;
  imageFailed: string;
  outcomes: Record<Image["outcome"], string>;
  outcomeWords: Record<Image["outcome"], string>;
  textRead: string;
  noText: string;
  whatItShows: string;
  noDescription: string;
  maskedKinds: string;
  masked: (kind: string) => string;
  whereElse: string;
  nowhereElse: string;
  onPages: string;
  page: (number: number) => string;
  kind: string;
  kinds: Record<Image["kind"], string>;
  cost: string;
  noCost: string;

  gaps: (count: number) => string;
  noGaps: string;
  gapsDetail: string;
  wholeDocument: string;

  trace: string;
  lineage: string;
  loadingTrace: string;
  traceFailed: string;
  noTrace: string;
  notWhole: string;
  began: (time: string) => string;
  redrives: (count: number) => string;
  redrive: string;
  redriven: string;
  redriveFailed: string;
  moreImages: string;
  states: string;
  stateStatuses: Record<string, string>;
  attempts: (count: number) => string;
  retried: (count: number) => string;
  startedAfter: (duration: string) => string;
  tookTime: (duration: string) => string;
  input: string;
  output: string;
}

export const messages: Messages<DocumentMessages> = {
  en: {
    where: "Where you are",
    documents: "Documents",
    loading: "Loading the document",
    documentFailed: "The document could not be loaded",
    again: "Try again",
    about: "About the document",
    pages: (count) => (count === 1 ? "1 page" : `${count} pages`),
    tokensAndCost: (input, output, cost) => `${input} tokens in, ${output} out, ${cost}`,
    showTrace: "Show what happened",

    now: (state, since) => `Now: ${state}, since ${since}.`,
    stateWords: {
      ClaimDocument: "the upload is noted",
      GrantAccess: "the readers are noted",
      ExtractImages: "the images are looked for",
      CaptionImages: "the images are read and masked",
      SyncKendra: "everything is put into the index",
      ConfirmIndexed: "the index takes it in",
      WithdrawEarlierGenerations: "the earlier upload is withdrawn",
      WithdrawDocument: "its entries are deleted from the index",
    },
    stuck: (since) => `Stuck: nothing has changed since ${since}`,
    waitsFor: (state, since, attempts) => `Its last state (${state}) began ${since} and is at attempt ${attempts}.`,
    noCause: "No error has been recorded. The service that this state waits for may be slow.",
    onlyOwnersStart: "Its owner, or an operator, can start this again.",
    readAgain: "Read it again",
    removeAgain: "Remove it again",
    startFailed: "This was not started again",

    viewer: "The PDF",
    pageArea: "Page. The left and right arrow keys turn it.",
    toolbar: "Page and zoom",
    opening: "Opening the PDF",
    fileFailed: "The PDF could not be read",
    pageFailed: "This page could not be drawn",
    previousPage: "Previous page",
    nextPage: "Next page",
    pageNumber: "Page number",
    ofPages: (count) => `of ${count || "…"}`,
    printedAs: (label) => `printed as ${label}`,
    zoom: "Zoom",
    wholeWidth: "Whole width",
    passage: "The cited passage",
    passageNotFound: "The words of the cited passage were not found on this page, so nothing is highlighted.",
    percent: (value) => `${value} %`,

    images: (count) => `Images (${count})`,
    noImages: "No images were found in this document.",
    allImages: "All images",
    imageLabel: (number, page) => `Image ${number}, page ${page}`,
    imageOnPage: (page) => `Image on page ${page}`,
    imageWithheld: "The guardrail withheld this image. Only the owner of the document can see it.",
    imageFailed: "The image could not be loaded. Its link is being renewed.",
    outcomes: {
      clean: "Nothing was masked.",
      masked: "Private data in what was read is masked.",
      blocked: "The guardrail withheld what was read in this image, so no answer uses it.",
      "not read": "This image was not read, or not yet. Its page is listed with the gaps if reading failed.",
    },
    outcomeWords: { clean: "clean", masked: "masked", blocked: "withheld", "not read": "not read" },
    textRead: "Text read in it",
    noText: "No text.",
    whatItShows: "What it shows",
    noDescription: "No description.",
    maskedKinds: "Masked",
    masked: (kind) => `Masked: ${kind}`,
    whereElse: "Where else it appears",
    nowhereElse: "In no other place that you can read.",
    onPages: "On pages",
    page: (number) => `Page ${number}`,
    kind: "Kind",
    kinds: { embedded: "Embedded image", inline: "Inline image", drawing: "Drawing", scan: "Scanned page" },
    cost: "Tokens and cost",
    noCost: "None: it was read before, or not at all.",

    gaps: (count) => `Gaps (${count})`,
    noGaps: "Everything in this document could be read.",
    gapsDetail: "Answers do not know what is listed here.",
    wholeDocument: "The whole document",

    trace: "Trace",
    lineage: "Lineage",
    loadingTrace: "Loading the trace",
    traceFailed: "The trace could not be loaded",
    noTrace: "Step Functions has no execution of this document. It keeps an execution for 90 days.",
    notWhole: "The execution is long: only its first 5,000 events are shown.",
    began: (time) => `Began ${time}.`,
    redrives: (count) => (count === 1 ? "Redriven once." : `Redriven ${count} times.`),
    redrive: "Redrive",
    redriven: "The execution continues from the state that failed",
    redriveFailed: "The execution could not be redriven",
    moreImages: "Show more images",
    states: "States",
    stateStatuses: {
      RUNNING: "Running",
      PENDING_REDRIVE: "Waiting to be redriven",
      SUCCEEDED: "Succeeded",
      CAUGHT: "Failed, and the workflow went on",
      FAILED: "Failed",
      TIMED_OUT: "Timed out",
      ABORTED: "Stopped",
    },
    attempts: (count) => `${count} attempts`,
    retried: (count) => (count === 1 ? "Retried once." : `Retried ${count} times.`),
    startedAfter: (duration) => `Started after ${duration}.`,
    tookTime: (duration) => `Took ${duration}.`,
    input: "Input",
    output: "Output",
  },
  de: {
    where: "Wo Sie sind",
    documents: "Dokumente",
    loading: "Das Dokument wird geladen",
    documentFailed: "Das Dokument konnte nicht geladen werden",
    again: "Noch einmal versuchen",
    about: "Über das Dokument",
    pages: (count) => (count === 1 ? "1 Seite" : `${count} Seiten`),
    tokensAndCost: (input, output, cost) => `${input} Tokens hinein, ${output} heraus, ${cost}`,
    showTrace: "Zeigen, was geschah",

    now: (state, since) => `Jetzt: ${state}, seit ${since}.`,
    stateWords: {
      ClaimDocument: "das Dokument wird erfasst",
      GrantAccess: "die Leser werden erfasst",
      ExtractImages: "die Bilder werden gesucht",
      CaptionImages: "die Bilder werden gelesen und maskiert",
      SyncKendra: "alles wird in den Index gestellt",
      ConfirmIndexed: "der Index nimmt es auf",
      WithdrawEarlierGenerations: "die frühere Fassung wird zurückgezogen",
      WithdrawDocument: "die Einträge werden im Index gelöscht",
    },
    stuck: (since) => `Hängt: seit ${since} hat sich nichts geändert`,
    waitsFor: (state, since, attempts) => `Der letzte Schritt (${state}) begann ${since} und ist beim ${attempts}. Versuch.`,
    noCause: "Es ist kein Fehler bekannt. Vielleicht ist der Dienst langsam, auf den dieser Schritt wartet.",
    onlyOwnersStart: "Der Eigentümer oder ein Betreiber kann das neu starten.",
    readAgain: "Neu lesen",
    removeAgain: "Noch einmal entfernen",
    startFailed: "Das wurde nicht neu gestartet",

    viewer: "Das PDF",
    pageArea: "Seite. Die Pfeiltasten nach links und rechts blättern.",
    toolbar: "Seite und Vergrößerung",
    opening: "Das PDF wird geöffnet",
    fileFailed: "Das PDF konnte nicht gelesen werden",
    pageFailed: "Diese Seite konnte nicht gezeichnet werden",
    previousPage: "Vorige Seite",
    nextPage: "Nächste Seite",
    pageNumber: "Seitenzahl",
    ofPages: (count) => `von ${count || "…"}`,
    printedAs: (label) => `gedruckt als ${label}`,
    zoom: "Vergrößerung",
    wholeWidth: "Ganze Breite",
    passage: "Die zitierte Stelle",
    passageNotFound: "Die Wörter der zitierten Stelle wurden auf dieser Seite nicht gefunden, darum ist nichts hervorgehoben.",
    percent: (value) => `${value} %`,

    images: (count) => `Bilder (${count})`,
    noImages: "In diesem Dokument wurden keine Bilder gefunden.",
    allImages: "Alle Bilder",
    imageLabel: (number, page) => `Bild ${number}, Seite ${page}`,
    imageOnPage: (page) => `Bild auf Seite ${page}`,
    imageWithheld: "Der Guardrail hat dieses Bild zurückgehalten. Nur der Besitzer des Dokuments kann es sehen.",
    imageFailed: "Das Bild konnte nicht geladen werden. Sein Link wird erneuert.",
    outcomes: {
      clean: "Nichts wurde maskiert.",
      masked: "Private Daten im Gelesenen sind maskiert.",
      blocked: "Der Guardrail hat zurückgehalten, was in diesem Bild gelesen wurde. Keine Antwort verwendet es.",
      "not read": "Dieses Bild wurde nicht oder noch nicht gelesen. Schlug das Lesen fehl, so steht seine Seite bei den Lücken.",
    },
    outcomeWords: { clean: "sauber", masked: "maskiert", blocked: "zurückgehalten", "not read": "nicht gelesen" },
    textRead: "Darin gelesener Text",
    noText: "Kein Text.",
    whatItShows: "Was es zeigt",
    noDescription: "Keine Beschreibung.",
    maskedKinds: "Maskiert",
    masked: (kind) => `Maskiert: ${kind}`,
    whereElse: "Wo es noch vorkommt",
    nowhereElse: "An keiner anderen Stelle, die Sie lesen dürfen.",
    onPages: "Auf den Seiten",
    page: (number) => `Seite ${number}`,
    kind: "Art",
    kinds: { embedded: "Eingebettetes Bild", inline: "Inline-Bild", drawing: "Zeichnung", scan: "Gescannte Seite" },
    cost: "Tokens und Kosten",
    noCost: "Keine: es wurde schon früher oder gar nicht gelesen.",

    gaps: (count) => `Lücken (${count})`,
    noGaps: "Alles in diesem Dokument konnte gelesen werden.",
    gapsDetail: "Antworten wissen nichts von dem, was hier steht.",
    wholeDocument: "Das ganze Dokument",

    trace: "Ablauf",
    lineage: "Herkunft",
    loadingTrace: "Der Ablauf wird geladen",
    traceFailed: "Der Ablauf konnte nicht geladen werden",
    noTrace: "Step Functions hat keine Ausführung dieses Dokuments. Es bewahrt eine Ausführung 90 Tage lang auf.",
    notWhole: "Die Ausführung ist lang: nur ihre ersten 5.000 Ereignisse werden gezeigt.",
    began: (time) => `Begann ${time}.`,
    redrives: (count) => (count === 1 ? "Einmal fortgesetzt." : `${count}-mal fortgesetzt.`),
    redrive: "Fortsetzen",
    redriven: "Die Ausführung geht ab dem fehlgeschlagenen Zustand weiter",
    redriveFailed: "Die Ausführung konnte nicht fortgesetzt werden",
    moreImages: "Mehr Bilder zeigen",
    states: "Zustände",
    stateStatuses: {
      RUNNING: "Läuft",
      PENDING_REDRIVE: "Wartet auf Fortsetzung",
      SUCCEEDED: "Gelungen",
      CAUGHT: "Fehlgeschlagen, und der Ablauf ging weiter",
      FAILED: "Fehlgeschlagen",
      TIMED_OUT: "Zeit überschritten",
      ABORTED: "Angehalten",
    },
    attempts: (count) => `${count} Versuche`,
    retried: (count) => (count === 1 ? "Einmal wiederholt." : `${count}-mal wiederholt.`),
    startedAfter: (duration) => `Begann nach ${duration}.`,
    tookTime: (duration) => `Dauerte ${duration}.`,
    input: "Eingabe",
    output: "Ausgabe",
  },
};
