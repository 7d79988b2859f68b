import type { Messages } from "../../i18n/language";

interface ChatMessages {
  title: string;
  description: string;
  message: string;
  placeholder: string;
  send: string;
  attach: string;
  files: string;
  remove: (name: string) => string;
  tooManyFiles: string;
  tooLarge: string;
  answering: string;
  failed: string;
  signInNeeded: string;
  signInDetail: string;
  signIn: string;
  startNew: string;
  empty: string;
  emptyDetail: string;
  sources: string;
  source: (number: number) => string;
  image: (title: string) => string;
  updated: (time: string) => string;
  unread: string;
  action: string;
  actionDetail: string;
  authorization: string;
}

export const messages: Messages<ChatMessages> = {
  en: {
    title: "Chat",
    description: "Amazon Q Business answers, from what your organisation lets you read.",
    message: "Your message",
    placeholder: "Ask something, or ask about a file that you attach",
    send: "Send",
    attach: "Attach files",
    files: "Attached files",
    remove: (name) => `Remove ${name}`,
    tooManyFiles: "At most five files go with a message.",
    tooLarge: "The files of a message can have 3.3 MB together.",
    answering: "The answer is being written",
    failed: "The message was not answered",
    signInNeeded: "Sign in to chat",
    signInDetail: "Chat knows you by your organisation's sign-in. You come back here, and your message is kept.",
    signIn: "Sign in",
    startNew: "New conversation",
    empty: "No conversation yet",
    emptyDetail: "Ask something. The answer names its sources.",
    sources: "Sources",
    source: (number) => `Source ${number}`,
    image: (title) => `Image from ${title}`,
    updated: (time) => `changed ${time}`,
    unread: "These files could not be read",
    action: "A plugin proposes an action",
    actionDetail: "It is shown here only. Nothing is done.",
    authorization: "A plugin needs your authorization at this address",
  },
  de: {
    title: "Chat",
    description: "Amazon Q Business antwortet aus dem, was Sie in Ihrer Organisation lesen dürfen.",
    message: "Ihre Nachricht",
    placeholder: "Fragen Sie etwas, auch zu einer angehängten Datei",
    send: "Senden",
    attach: "Dateien anhängen",
    files: "Angehängte Dateien",
    remove: (name) => `${name} entfernen`,
    tooManyFiles: "Zu einer Nachricht gehören höchstens fünf Dateien.",
    tooLarge: "Die Dateien einer Nachricht dürfen zusammen 3,3 MB haben.",
    answering: "Die Antwort wird geschrieben",
    failed: "Die Nachricht wurde nicht beantwortet",
    signInNeeded: "Melden Sie sich beim Chat an",
    signInDetail: "Der Chat kennt Sie durch die Anmeldung Ihrer Organisation. Sie kommen hierher zurück, und Ihre Nachricht bleibt erhalten.",
    signIn: "Anmelden",
    startNew: "Neue Unterhaltung",
    empty: "Noch keine Unterhaltung",
    emptyDetail: "Fragen Sie etwas. Die Antwort nennt ihre Quellen.",
    sources: "Quellen",
    source: (number) => `Quelle ${number}`,
    image: (title) => `Bild aus ${title}`,
    updated: (time) => `geändert ${time}`,
    unread: "Diese Dateien konnten nicht gelesen werden",
    action: "Ein Plugin schlägt eine Aktion vor",
    actionDetail: "Sie wird hier nur gezeigt. Nichts wird ausgeführt.",
    authorization: "Ein Plugin braucht Ihre Zustimmung unter dieser Adresse",
  },
};
