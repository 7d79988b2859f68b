import type { Messages } from "../i18n/language";

interface FormMessages {
  openFailed: string;
  linksExpired: string;
}

export const messages: Messages<FormMessages> = {
  en: {
    openFailed: "The item cannot be opened. Load the page again.",
    linksExpired: "The links to the clip have expired. Your work is kept on this device: load the page again and go on.",
  },
  de: {
    openFailed: "Die Aufgabe kann nicht geöffnet werden. Laden Sie die Seite neu.",
    linksExpired: "Die Links zum Clip sind abgelaufen. Ihre Arbeit ist auf diesem Gerät erhalten: Laden Sie die Seite neu und machen Sie weiter.",
  },
};
