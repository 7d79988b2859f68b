import type { Colour } from "../flow_file/validations";
import type { NodeState } from "../flow_runs/progress";
import type { Messages } from "../i18n/language";

interface GraphMessages {
  types: Record<string, string>;
  colours: Record<Colour, string>;
  states: Record<NodeState, string>;
  missing: string;
  connection: (source: string, output: string, target: string, input: string) => string;
  loading: string;
  /** What xyflow says, mostly to screen readers. */
  canvas: Record<string, string>;
}

export const messages: Messages<GraphMessages> = {
  en: {
    types: {
      Input: "Input",
      Output: "Output",
      Prompt: "Prompt",
      KnowledgeBase: "Knowledge base",
      Condition: "Condition",
      LambdaFunction: "Lambda function",
      InlineCode: "Inline code",
      Iterator: "Iterator",
      Collector: "Collector",
      Storage: "S3 storage",
      Retrieval: "S3 retrieval",
      Agent: "Agent",
      Lex: "Lex",
      Loop: "Loop",
      LoopInput: "Loop input",
      LoopController: "Loop controller",
    },
    colours: { red: "Invalid", yellow: "With a warning", green: "Valid" },
    states: { running: "Running", done: "Has run", failed: "Failed" },
    missing: "A connection names this port, and the node does not have it",
    connection: (source, output, target, input) => `From ${source}, ${output}, to ${target}${input && `, ${input}`}`,
    loading: "Loading the graph",
    canvas: {
      "node.a11yDescription.default": "Press Enter to choose the node. Press Delete to remove it where it can be edited.",
      "node.a11yDescription.keyboardDisabled": "Press Enter to choose the node.",
      "edge.a11yDescription.default": "Press Enter to choose the connection, and Delete to remove it.",
      "controls.ariaLabel": "View of the graph",
      "controls.zoomIn.ariaLabel": "Zoom in",
      "controls.zoomOut.ariaLabel": "Zoom out",
      "controls.fitView.ariaLabel": "Show the whole graph",
      "handle.ariaLabel": "Port",
    },
  },
  de: {
    types: {
      Input: "Eingabe",
      Output: "Ausgabe",
      Prompt: "Prompt",
      KnowledgeBase: "Wissensdatenbank",
      Condition: "Bedingung",
      LambdaFunction: "Lambda-Funktion",
      InlineCode: "Code",
      Iterator: "Iterator",
      Collector: "Sammler",
      Storage: "S3-Ablage",
      Retrieval: "S3-Abruf",
      Agent: "Agent",
      Lex: "Lex",
      Loop: "Schleife",
      LoopInput: "Eingabe der Schleife",
      LoopController: "Steuerung der Schleife",
    },
    colours: { red: "Ungültig", yellow: "Mit einer Warnung", green: "Gültig" },
    states: { running: "Läuft", done: "Ist gelaufen", failed: "Fehlgeschlagen" },
    missing: "Eine Verbindung nennt diesen Anschluss, und der Knoten hat ihn nicht",
    connection: (source, output, target, input) => `Von ${source}, ${output}, zu ${target}${input && `, ${input}`}`,
    loading: "Der Graph wird geladen",
    canvas: {
      "node.a11yDescription.default": "Eingabetaste wählt den Knoten. Entfernen löscht ihn, wo er bearbeitet werden kann.",
      "node.a11yDescription.keyboardDisabled": "Eingabetaste wählt den Knoten.",
      "edge.a11yDescription.default": "Eingabetaste wählt die Verbindung, Entfernen löscht sie.",
      "controls.ariaLabel": "Ansicht des Graphen",
      "controls.zoomIn.ariaLabel": "Vergrößern",
      "controls.zoomOut.ariaLabel": "Verkleinern",
      "controls.fitView.ariaLabel": "Den ganzen Graphen zeigen",
      "handle.ariaLabel": "Anschluss",
    },
  },
};
