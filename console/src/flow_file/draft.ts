import { type Definition, definitionOf, type Scope, scoped, withScoped } from "./definition";
import { type Json, written } from "./json_text";
import { followed, type Positions, positionsOf, withPositions } from "./layout";

/** The texts of a flow's file and of its layout file, while they are edited. */
export interface Draft {
  text: string;
  layout: string;
}

/** The draft with a changed definition at this scope. Positions follow their nodes; nothing else is touched. */
export function withDefinition(draft: Draft, scope: Scope, change: (definition: Definition) => Definition): Draft {
  const whole = definitionOf(draft.text);
  const before = scoped(whole, scope);
  if (!before) return draft;
  const after = change(before);
  const text = written(draft.text, withScoped(whole, scope, () => after) as unknown as Json);
  const positions = positionsOf(draft.layout);
  const moved = followed(positions, before, after);
  return { text, layout: JSON.stringify(moved) === JSON.stringify(positions) ? draft.layout : withPositions(draft.layout, moved) };
}

export const withMoved = (draft: Draft, moved: Positions): Draft => ({
  ...draft,
  layout: withPositions(draft.layout, { ...positionsOf(draft.layout), ...moved }),
});

export const sameDraft = (one: Draft, other: Draft) => one.text === other.text && one.layout === other.layout;
