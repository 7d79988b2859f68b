import type { FlowNode } from "./definition";
import type { Json, Path } from "./json_text";

/** A field of a node's configuration that has an input of its own. All others are edited as JSON. */
export interface Field {
  id: string;
  path: Path;
  kind: "line" | "lines" | "code" | "number";
  /** An empty one is no field at all. */
  isOptional?: true;
}

const guardrail = (key: string): Field[] => [
  { id: "guardrail", path: [key, "guardrailConfiguration", "guardrailIdentifier"], kind: "line", isOptional: true },
  { id: "guardrailVersion", path: [key, "guardrailConfiguration", "guardrailVersion"], kind: "line", isOptional: true },
];

export const FIELDS: Record<string, Field[]> = {
  Prompt: [{ id: "model", path: ["prompt", "sourceConfiguration", "inline", "modelId"], kind: "line" }, ...guardrail("prompt")],
  KnowledgeBase: [
    { id: "knowledgeBase", path: ["knowledgeBase", "knowledgeBaseId"], kind: "line" },
    { id: "model", path: ["knowledgeBase", "modelId"], kind: "line", isOptional: true },
    { id: "results", path: ["knowledgeBase", "numberOfResults"], kind: "number", isOptional: true },
    { id: "answerTemplate", path: ["knowledgeBase", "promptTemplate", "textPromptTemplate"], kind: "lines", isOptional: true },
    ...guardrail("knowledgeBase"),
  ],
  LambdaFunction: [{ id: "lambda", path: ["lambdaFunction", "lambdaArn"], kind: "line" }],
  InlineCode: [{ id: "code", path: ["inlineCode", "code"], kind: "code" }],
  Agent: [{ id: "agent", path: ["agent", "agentAliasArn"], kind: "line" }],
  Storage: [{ id: "bucket", path: ["storage", "serviceConfiguration", "s3", "bucketName"], kind: "line" }],
  Retrieval: [{ id: "bucket", path: ["retrieval", "serviceConfiguration", "s3", "bucketName"], kind: "line" }],
  LoopController: [
    { id: "goesOn", path: ["loopController", "continueCondition", "expression"], kind: "line" },
    { id: "rounds", path: ["loopController", "maxIterations"], kind: "number", isOptional: true },
  ],
};

export function valueAt(configuration: FlowNode["configuration"], path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, name) => (typeof value === "object" && value !== null ? (value as { [name: string]: Json })[name] : undefined),
    configuration,
  );
}

/** `undefined` takes the field away, and the object around it if that is empty then. */
export function withValueAt(
  configuration: FlowNode["configuration"],
  path: Path,
  value: Json | undefined,
  depth = 0,
): { [name: string]: Json } {
  const [name, ...rest] = path as [string, ...Path];
  const before = configuration?.[name];
  const inner = typeof before === "object" && before !== null && !Array.isArray(before) ? before : {};
  const after = rest.length ? withValueAt(inner, rest, value, depth + 1) : value;
  const others = { ...configuration };
  // The type of a node requires the outermost one.
  const isEmptied = depth > 0 && rest.length > 0 && Object.keys(after as object).length === 0;
  if (after === undefined || isEmptied) delete others[name];
  else others[name] = after;
  return others;
}
