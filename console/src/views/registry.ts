import type { Config } from "../config";
import type { View } from "./view";

const found = import.meta.glob<{ view: View }>("./*/view.ts", { eager: true });
const all = Object.values(found).map((each) => each.view);

/** The views of the deployed capabilities that a member of these groups is shown, as the navigation lists them. */
export function deployedViews(config: Config, groups: readonly string[]): View[] {
  return all
    .filter((view) => config.capabilities.includes(view.capability) && (view.shownTo?.(groups, config) ?? true))
    .sort((one, other) => (one.menu?.order ?? Infinity) - (other.menu?.order ?? Infinity));
}
