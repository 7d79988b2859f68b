import type { View } from "./view";

const found = import.meta.glob<{ view: View }>("./*/view.ts", { eager: true });
const all = Object.values(found).map((each) => each.view);

/** The views of the deployed capabilities, as the navigation lists them. */
export function deployedViews(capabilities: readonly string[]): View[] {
  return all
    .filter((view) => capabilities.includes(view.capability))
    .sort((one, other) => (one.menu?.order ?? Infinity) - (other.menu?.order ?? Infinity));
}
