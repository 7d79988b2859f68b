import type { Messages } from "../../i18n/language";
import type { ListMessages } from "../../lists/ListPage";

interface FlowsMessages extends ListMessages {
  name: string;
  version: string;
  noneDetail: string;
}

export const messages: Messages<FlowsMessages> = {
  en: {
    title: "Flows",
    description: "Prompts, knowledge bases, conditions and functions, connected to one answer. Amazon Bedrock runs them.",
    name: "Flow",
    version: "Version that answers",
    listFailed: "The flows could not be loaded",
    loading: "Loading flows",
    more: "More flows",
    none: "No flows are deployed",
    noneDetail: "Each file `flows/NAME.flow.json` of the repository is one.",
  },
  de: {
    title: "Abläufe",
    description: "Prompts, Wissensdatenbanken, Bedingungen und Funktionen, zu einer Antwort verbunden. Amazon Bedrock führt sie aus.",
    name: "Ablauf",
    version: "Version, die antwortet",
    listFailed: "Die Abläufe konnten nicht geladen werden",
    loading: "Abläufe werden geladen",
    more: "Weitere Abläufe",
    none: "Es sind keine Abläufe bereitgestellt",
    noneDetail: "Jede Datei `flows/NAME.flow.json` im Repository ist einer.",
  },
};
