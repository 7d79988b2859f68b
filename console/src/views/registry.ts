import type { View } from "./view";

const found = import.meta.glob<{ view: View }>("./*/view.ts", { eager: true });
const all = Object.values(found).map((each) => each.view);

/** The views of the deployed capabilities, as the navigation lists them; to others than operators, without theirs. */
export function deployedViews(capabilities: readonly string[], toOperator: boolean): View[] {
  return all
    .filter((view) => capabilities.includes(view.capability) && (toOperator || !view.forOperators))
    .sort((one, other) => (one.menu?.order ?? Infinity) - (other.menu?.order ?? Infinity));
}
