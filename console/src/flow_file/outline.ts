import type { Definition, FlowNode } from "./definition";

/** The nodes in the order in which data reach them, with their places in the file; what nothing leads to is last. */
export function outlineOf({ nodes, connections }: Definition): { node: FlowNode; index: number }[] {
  const listed = nodes.map((node, index) => ({ node, index }));
  const isStart = ({ node }: { node: FlowNode }) => node.type === "Input" || node.type === "LoopInput";
  const [starts, others] = [listed.filter(isStart), listed.filter((each) => !isStart(each))];
  const order = [...starts];
  const waiting = new Set(others);
  const reached = new Set(starts.map(({ node }) => node.name));
  const sourcesOf = (name: string) => connections.filter((each) => each.target === name).map((each) => each.source);
  while (waiting.size) {
    const all = [...waiting];
    const next =
      // First those whose sources are all listed; in a cycle, one of them.
      all.find(({ node }) => sourcesOf(node.name).length > 0 && sourcesOf(node.name).every((name) => reached.has(name))) ??
      all.find(({ node }) => sourcesOf(node.name).some((name) => reached.has(name))) ??
      all[0]!;
    waiting.delete(next);
    reached.add(next.node.name);
    order.push(next);
  }
  return order;
}
