import type { Schemas } from "../api/client";
import type { Messages } from "../i18n/language";

interface RunsMessages {
  statuses: Record<Schemas["FlowRunStatus"], string>;
}

export const messages: Messages<RunsMessages> = {
  en: {
    statuses: {
      RUNNING: "Running",
      SUCCEEDED: "Succeeded",
      INPUT_REQUIRED: "Waiting for an answer",
      NO_OUTPUT: "Reached no output",
      FAILED: "Failed",
      TIMED_OUT: "Timed out",
    },
  },
  de: {
    statuses: {
      RUNNING: "Läuft",
      SUCCEEDED: "Erfolgreich",
      INPUT_REQUIRED: "Wartet auf eine Antwort",
      NO_OUTPUT: "Hat keine Ausgabe erreicht",
      FAILED: "Fehlgeschlagen",
      TIMED_OUT: "Zeit überschritten",
    },
  },
};
