import type { FlowNode, Port } from "./definition";
import type { Json } from "./json_text";

interface NodeType {
  /** The ports that it must have. `any` more can be added where `ownInputs` is true. */
  inputs: Port[];
  outputs: Port[];
  ownInputs?: boolean;
  /** The key of its configuration in the union. */
  key: string;
  configuration: () => { [name: string]: Json };
  /** Within loops alone. */
  inLoop?: boolean;
  /** Refused within loops. */
  notInLoop?: boolean;
}

const DATA = "$.data";
const input = (name: string, type: string): Port => ({ name, type, expression: DATA });
const output = (name: string, type: string): Port => ({ name, type });

/** The node types of the service and the ports that it requires. A type `Any` can be chosen. */
export const NODE_TYPES: Record<string, NodeType> = {
  Input: { key: "input", inputs: [], outputs: [output("document", "Any")], configuration: () => ({}), notInLoop: true },
  Output: { key: "output", inputs: [input("document", "Any")], outputs: [], configuration: () => ({}) },
  Prompt: {
    key: "prompt",
    inputs: [],
    ownInputs: true,
    outputs: [output("modelCompletion", "String")],
    configuration: () => ({
      sourceConfiguration: {
        inline: {
          modelId: "",
          templateType: "TEXT",
          templateConfiguration: { text: { text: "{{input}}", inputVariables: [{ name: "input" }] } },
        },
      },
    }),
  },
  KnowledgeBase: {
    key: "knowledgeBase",
    inputs: [input("retrievalQuery", "String")],
    outputs: [output("outputText", "String")],
    configuration: () => ({ knowledgeBaseId: "", modelId: "" }),
  },
  Condition: {
    key: "condition",
    inputs: [],
    ownInputs: true,
    outputs: [],
    configuration: () => ({ conditions: [{ name: "isFirst", expression: "value == \"first\"" } as Json, { name: "default" }] }),
    notInLoop: true,
  },
  LambdaFunction: {
    key: "lambdaFunction",
    inputs: [],
    ownInputs: true,
    outputs: [output("functionResponse", "Any")],
    configuration: () => ({ lambdaArn: "" }),
  },
  InlineCode: {
    key: "inlineCode",
    inputs: [],
    ownInputs: true,
    outputs: [output("response", "Any")],
    configuration: () => ({ code: "value", language: "Python_3" }),
  },
  Iterator: {
    key: "iterator",
    inputs: [input("array", "Array")],
    outputs: [output("arrayItem", "Any"), output("arraySize", "Number")],
    configuration: () => ({}),
    notInLoop: true,
  },
  Collector: {
    key: "collector",
    inputs: [input("arrayItem", "Any"), input("arraySize", "Number")],
    outputs: [output("collectedArray", "Array")],
    configuration: () => ({}),
    notInLoop: true,
  },
  Storage: {
    key: "storage",
    inputs: [input("content", "Any"), input("objectKey", "String")],
    outputs: [output("s3Uri", "String")],
    configuration: () => ({ serviceConfiguration: { s3: { bucketName: "" } } }),
  },
  Retrieval: {
    key: "retrieval",
    inputs: [input("objectKey", "String")],
    outputs: [output("s3Content", "String")],
    configuration: () => ({ serviceConfiguration: { s3: { bucketName: "" } } }),
  },
  Agent: {
    key: "agent",
    inputs: [input("agentInputText", "String")],
    ownInputs: true,
    outputs: [output("agentResponse", "String")],
    configuration: () => ({ agentAliasArn: "" }),
  },
  Loop: {
    key: "loop",
    inputs: [input("loopInput", "Any")],
    outputs: [output("loopOutput", "Any"), output("iterationCount", "Number")],
    configuration: () => ({ definition: { nodes: [], connections: [] } }),
  },
  LoopInput: { key: "loopInput", inputs: [], outputs: [output("loopInput", "Any")], configuration: () => ({}), inLoop: true },
  LoopController: {
    key: "loopController",
    inputs: [],
    ownInputs: true,
    outputs: [],
    configuration: () => ({ continueCondition: { name: "goOn", expression: "value > 0" }, maxIterations: 10 }),
    inLoop: true,
  },
};

export const DATA_TYPES = ["String", "Number", "Boolean", "Object", "Array"] as const;

/** A node of this type as it begins. */
export function newNode(type: string, name: string): FlowNode {
  const { key, configuration, inputs, outputs } = NODE_TYPES[type]!;
  const chosen = (port: Port): Port => (port.type === "Any" ? { ...port, type: "String" } : { ...port });
  const own = type === "Prompt" ? "input" : type === "LambdaFunction" ? "codeHookInput" : "value";
  const begins = inputs.length || !NODE_TYPES[type]!.ownInputs ? inputs : [input(own, "String")];
  return {
    name,
    type,
    configuration: { [key]: configuration() },
    ...(begins.length ? { inputs: begins.map(chosen) } : {}),
    ...(outputs.length ? { outputs: outputs.map(chosen) } : {}),
  };
}

export const typesFor = (inLoop: boolean): string[] =>
  Object.keys(NODE_TYPES).filter((type) => (inLoop ? !NODE_TYPES[type]!.notInLoop : !NODE_TYPES[type]!.inLoop));
