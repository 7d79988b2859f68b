import type { Schemas } from "../api/client";
import type { Definition } from "../flow_file/definition";
import { endsOf } from "../flow_file/edits";

export type FlowEvent = Schemas["FlowEvent"];
export type NodeState = "running" | "done" | "failed";

export interface Progress {
  nodes: Map<string, NodeState>;
  /** The connections that data or a decision took. */
  taken: Set<string>;
}

interface Traced {
  nodeName?: string;
  fields?: { nodeInputName?: string; nodeOutputName?: string; source?: { nodeName?: string; outputFieldName?: string } }[];
  satisfiedConditions?: { conditionName?: string }[];
}

/** How far a run is, from the events that are there. Events of other kinds change nothing. */
export function progressOf(definition: Definition, events: FlowEvent[]): Progress {
  const nodes = new Map<string, NodeState>();
  const taken = new Set<string>();
  const set = (name: string | undefined, state: NodeState) => name !== undefined && nodes.set(name, state);
  const outputs = new Set(definition.nodes.filter((node) => node.type === "Output").map((node) => node.name));
  for (const event of events as Record<string, Traced & { trace?: Record<string, Traced> }>[]) {
    const [[kind, body] = ["", {}]] = Object.entries(event);
    const [[traceKind, traced] = ["", {} as Traced]] = Object.entries(body.trace ?? {});
    if (kind === "flowInputEvent" || kind === "flowOutputEvent") set(body.nodeName, "done");
    if (kind === "nodeFailureEvent") set(body.nodeName, "failed");
    if (kind === "flowMultiTurnInputRequestEvent") set(body.nodeName, "running");
    if (traceKind === "nodeInputTrace") {
      set(traced.nodeName, outputs.has(traced.nodeName ?? "") ? "done" : "running");
      for (const { nodeInputName, source } of traced.fields ?? []) {
        for (const connection of definition.connections) {
          const ends = endsOf(connection);
          const isInto = ends.target === traced.nodeName && ends.targetInput === nodeInputName;
          if (isInto && (source?.nodeName === undefined || source.nodeName === ends.source)) taken.add(connection.name);
        }
      }
    }
    if (traceKind === "nodeOutputTrace") set(traced.nodeName, "done");
    if (traceKind === "conditionNodeResultTrace") {
      set(traced.nodeName, "done");
      const names = new Set((traced.satisfiedConditions ?? []).map((each) => each.conditionName));
      for (const connection of definition.connections) {
        const { source, condition } = endsOf(connection);
        if (source === traced.nodeName && condition !== undefined && names.has(condition)) taken.add(connection.name);
      }
    }
  }
  return { nodes, taken };
}

export type RunNode = Schemas["FlowRunNode"];

/** The node that took the longest, if it is a real share of the time that all nodes took. */
export function bottleneckOf(nodes: RunNode[]): { node: string; share: number } | undefined {
  const whole = nodes.reduce((sum, each) => sum + (each.milliseconds ?? 0), 0);
  if (nodes.length < 2 || whole <= 0) return undefined;
  const longest = nodes.reduce((one, other) => ((other.milliseconds ?? 0) > (one.milliseconds ?? 0) ? other : one));
  const share = (longest.milliseconds ?? 0) / whole;
  return share >= LEAST_SHARE ? { node: longest.node, share } : undefined;
}

const LEAST_SHARE = 0.25;

export interface Bar {
  node: RunNode;
  /** In percent of the run. */
  left: number;
  width: number;
}

/** The nodes on a common time line. One that has no time yet begins where the last one ended. */
export function barsOf(nodes: RunNode[]): { bars: Bar[]; whole: number } {
  const spans = nodes.map((node) => {
    const start = Date.parse(node.began_at ?? "");
    const end = Date.parse(node.ended_at ?? "");
    return { node, start, end: Number.isFinite(end) ? end : start + (node.milliseconds ?? 0) };
  });
  const known = spans.filter(({ start }) => Number.isFinite(start));
  const start = Math.min(...known.map((each) => each.start));
  const whole = Math.max(1, ...known.map((each) => each.end - start));
  const bars = spans.map(({ node, ...span }) => {
    if (!Number.isFinite(span.start)) return { node, left: 0, width: 0 };
    const width = Math.max(LEAST_WIDTH, ((span.end - span.start) / whole) * 100);
    return { node, width, left: Math.min(100 - width, ((span.start - start) / whole) * 100) };
  });
  return { bars, whole: known.length ? whole : 0 };
}

// So that it can be seen.
const LEAST_WIDTH = 0.6;
