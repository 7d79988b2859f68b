import type { Definition } from "../flow_file/definition";
import type { Positions } from "../flow_file/layout";
import { layered } from "../graph/layered";
import { handlesOf } from "./ports";

export const NODE_WIDTH = 190;
const HEAD = 56;
const ROW = 24;

/** From left to right in the order of the data. */
export function arranged(definition: Definition): Positions {
  const sizes = definition.nodes.map((node) => {
    const { inputs, outputs, conditions } = handlesOf(definition, node);
    const rows = Math.max(inputs.length, outputs.length + conditions.length, 1);
    return { id: node.name, width: NODE_WIDTH, height: HEAD + rows * ROW };
  });
  return layered(sizes, definition.connections);
}

/** Every node has a position: that of the layout file, or else where it would be arranged. */
export function placed(definition: Definition, positions: Positions): Positions {
  if (definition.nodes.every(({ name }) => positions[name])) return positions;
  return { ...arranged(definition), ...positions };
}
