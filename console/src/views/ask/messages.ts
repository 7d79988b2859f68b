import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

type Support = Schemas["Support"];
type Confidence = Schemas["Answer"]["confidence"];

interface AskMessages {
  title: string;
  description: string;
  question: string;
  placeholder: string;
  send: string;
  tooLong: string;
  conversations: string;
  newConversation: string;
  noConversations: string;
  more: string;
  earlier: string;
  rename: (title: string) => string;
  renameTitle: string;
  newTitle: string;
  save: string;
  renameFailed: string;
  remove: (title: string) => string;
  confirmRemove: string;
  removeDetail: string;
  cancel: string;
  delete: string;
  removeFailed: string;
  listFailed: string;
  conversationFailed: string;
  loading: string;
  writing: string;
  stop: string;
  stopping: string;
  stopFailed: string;
  failed: string;
  again: string;
  withheldTurn: string;
  support: Record<Support["level"], string>;
  reasons: Record<Support["reasons"][number], string>;
  stopped: string;
  page: (page: number) => string;
  why: string;
  whyFailed: string;
  passages: string;
  noPassages: string;
  confidence: (confidence: Confidence) => string;
  cited: (number: number) => string;
  withheld: string;
  withheldReasons: Record<"unsupported" | "refused", string>;
  notShown: string;
  copy: string;
  copied: string;
  copyFailed: string;
  helpful: string;
  notHelpful: string;
  comment: string;
  sendComment: string;
  thanks: string;
  feedbackFailed: string;
  emptyLibrary: string;
  emptyLibraryDetail: string;
  upload: string;
  ready: string;
  try: string;
  suggestions: string[];
  suggestionsOf: (name: string) => string[];
}

export const messages: Messages<AskMessages> = {
  en: {
    title: "Ask",
    description: "Answers come only from documents that you can read. Each sentence names its source.",
    question: "Your question",
    placeholder: "Ask about your documents",
    send: "Ask",
    tooLong: "A question has at most 2,000 characters.",
    conversations: "Conversations",
    newConversation: "New conversation",
    noConversations: "No conversations yet",
    more: "More conversations",
    earlier: "Show earlier questions",
    rename: (title) => `Rename ${title}`,
    renameTitle: "Rename this conversation",
    newTitle: "Title",
    save: "Save",
    renameFailed: "The conversation was not renamed",
    remove: (title) => `Delete ${title}`,
    confirmRemove: "Delete this conversation?",
    removeDetail: "Its questions, answers and feedback are deleted.",
    cancel: "Cancel",
    delete: "Delete",
    removeFailed: "The conversation was not deleted",
    listFailed: "The conversations could not be loaded",
    conversationFailed: "This conversation could not be loaded",
    loading: "Loading",
    writing: "The answer is being written",
    stop: "Stop",
    stopping: "Stopping after this sentence",
    stopFailed: "The answer was not stopped",
    failed: "There is no answer",
    again: "Ask again",
    withheldTurn: "This answer is not shown, because you can no longer read a document that it rests on.",
    support: {
      enough: "The documents support this answer well",
      thin: "The documents support this answer only in part",
      none: "The documents do not support an answer",
    },
    reasons: {
      some_withheld: "Some sentences did not pass the checks and were left out.",
      incomplete: "The answer is not complete.",
      weak_passages: "The passages that were found fit the question only loosely.",
      refused: "The guardrail did not accept the question or the answer.",
      all_withheld: "No sentence that the model wrote passed the checks.",
      nothing_found: "No passage about it was found in the documents that you can read.",
      nothing_stated: "Passages were found, but none of them states an answer.",
    },
    stopped: "You stopped this answer.",
    page: (page) => `page ${page}`,
    why: "Why this answer",
    whyFailed: "The explanation could not be loaded",
    passages: "Passages that were found",
    noPassages: "No passages were found.",
    confidence: (confidence) =>
      ({ high: "fits very well", medium: "fits", low: "fits loosely", none: "does not fit" })[confidence],
    cited: (number) => `source ${number}`,
    withheld: "Sentences that were withheld",
    withheldReasons: { unsupported: "no passage states it", refused: "not accepted by the guardrail" },
    notShown: "A sentence that must not be shown",
    copy: "Copy the answer",
    copied: "The answer was copied",
    copyFailed: "The answer was not copied",
    helpful: "Helpful",
    notHelpful: "Not helpful",
    comment: "What was wrong? (optional)",
    sendComment: "Send comment",
    thanks: "Your feedback was saved",
    feedbackFailed: "Your feedback was not saved",
    emptyLibrary: "There are no documents to answer from yet",
    emptyLibraryDetail: "Upload some PDFs first. A document can answer questions when its status is Searchable.",
    upload: "Go to the documents",
    ready: "What do you want to know?",
    try: "You can ask, for example:",
    suggestions: ["What are the most important results?", "Which limits and deadlines apply?", "What does the diagram show?"],
    suggestionsOf: (name) => [
      `What is ${name} about?`,
      `Which numbers and limits does ${name} state?`,
      `What do the images in ${name} show?`,
    ],
  },
  de: {
    title: "Fragen",
    description: "Antworten stammen nur aus Dokumenten, die Sie lesen dürfen. Jeder Satz nennt seine Quelle.",
    question: "Ihre Frage",
    placeholder: "Fragen Sie Ihre Dokumente",
    send: "Fragen",
    tooLong: "Eine Frage hat höchstens 2.000 Zeichen.",
    conversations: "Gespräche",
    newConversation: "Neues Gespräch",
    noConversations: "Noch keine Gespräche",
    more: "Weitere Gespräche",
    earlier: "Frühere Fragen zeigen",
    rename: (title) => `${title} umbenennen`,
    renameTitle: "Dieses Gespräch umbenennen",
    newTitle: "Titel",
    save: "Speichern",
    renameFailed: "Das Gespräch wurde nicht umbenannt",
    remove: (title) => `${title} löschen`,
    confirmRemove: "Dieses Gespräch löschen?",
    removeDetail: "Seine Fragen, Antworten und Rückmeldungen werden gelöscht.",
    cancel: "Abbrechen",
    delete: "Löschen",
    removeFailed: "Das Gespräch wurde nicht gelöscht",
    listFailed: "Die Gespräche konnten nicht geladen werden",
    conversationFailed: "Dieses Gespräch konnte nicht geladen werden",
    loading: "Wird geladen",
    writing: "Die Antwort wird geschrieben",
    stop: "Anhalten",
    stopping: "Hält nach diesem Satz an",
    stopFailed: "Die Antwort wurde nicht angehalten",
    failed: "Es gibt keine Antwort",
    again: "Noch einmal fragen",
    withheldTurn: "Diese Antwort wird nicht gezeigt, weil Sie ein Dokument, auf dem sie beruht, nicht mehr lesen dürfen.",
    support: {
      enough: "Die Dokumente belegen diese Antwort gut",
      thin: "Die Dokumente belegen diese Antwort nur zum Teil",
      none: "Die Dokumente belegen keine Antwort",
    },
    reasons: {
      some_withheld: "Einige Sätze haben die Prüfung nicht bestanden und fehlen.",
      incomplete: "Die Antwort ist nicht vollständig.",
      weak_passages: "Die gefundenen Stellen passen nur lose zur Frage.",
      refused: "Die Guardrail hat die Frage oder die Antwort nicht zugelassen.",
      all_withheld: "Kein Satz des Modells hat die Prüfung bestanden.",
      nothing_found: "In den Dokumenten, die Sie lesen dürfen, wurde keine Stelle dazu gefunden.",
      nothing_stated: "Es wurden Stellen gefunden, aber keine nennt eine Antwort.",
    },
    stopped: "Sie haben diese Antwort angehalten.",
    page: (page) => `Seite ${page}`,
    why: "Warum diese Antwort",
    whyFailed: "Die Erklärung konnte nicht geladen werden",
    passages: "Gefundene Stellen",
    noPassages: "Es wurden keine Stellen gefunden.",
    confidence: (confidence) =>
      ({ high: "passt sehr gut", medium: "passt", low: "passt lose", none: "passt nicht" })[confidence],
    cited: (number) => `Quelle ${number}`,
    withheld: "Zurückgehaltene Sätze",
    withheldReasons: { unsupported: "keine Stelle belegt ihn", refused: "von der Guardrail nicht zugelassen" },
    notShown: "Ein Satz, der nicht gezeigt werden darf",
    copy: "Antwort kopieren",
    copied: "Die Antwort wurde kopiert",
    copyFailed: "Die Antwort wurde nicht kopiert",
    helpful: "Hilfreich",
    notHelpful: "Nicht hilfreich",
    comment: "Was war falsch? (freiwillig)",
    sendComment: "Kommentar senden",
    thanks: "Ihre Rückmeldung wurde gespeichert",
    feedbackFailed: "Ihre Rückmeldung wurde nicht gespeichert",
    emptyLibrary: "Es gibt noch keine Dokumente, aus denen geantwortet werden kann",
    emptyLibraryDetail: "Laden Sie zuerst PDFs hoch. Ein Dokument beantwortet Fragen, sobald es durchsuchbar ist.",
    upload: "Zu den Dokumenten",
    ready: "Was möchten Sie wissen?",
    try: "Sie können zum Beispiel fragen:",
    suggestions: ["Was sind die wichtigsten Ergebnisse?", "Welche Grenzen und Fristen gelten?", "Was zeigt das Diagramm?"],
    suggestionsOf: (name) => [
      `Worum geht es in ${name}?`,
      `Welche Zahlen und Grenzen nennt ${name}?`,
      `Was zeigen die Bilder in ${name}?`,
    ],
  },
};
