import { matchPath } from "react-router";
import type { Config } from "../config";
import type { View } from "./view";

const found = import.meta.glob<{ view: View }>("./*/view.ts", { eager: true });
const pages = import.meta.glob("./*/*Page.tsx");
const all = Object.values(found).map((each) => each.view);

/** The views of the deployed capabilities that a member of these groups is shown, as the navigation lists them. */
export function deployedViews(config: Config, groups: readonly string[]): View[] {
  return all
    .filter((view) => config.capabilities.includes(view.capability) && (view.shownTo?.(groups, config) ?? true))
    .sort((one, other) => (one.menu?.order ?? Infinity) - (other.menu?.order ?? Infinity));
}

/** Load the page of the view at a path, whoever is shown it. */
export function loadView(config: Config, path: string): void {
  const views = all.filter((view) => config.capabilities.includes(view.capability));
  const home = views.reduce((one, other) => ((other.menu?.order ?? Infinity) < (one.menu?.order ?? Infinity) ? other : one), views[0]!);
  const wanted = views.find((view) => matchPath(`/${view.path}`, path)) ?? home;
  const [file] = Object.entries(found).find(([, { view }]) => view === wanted) ?? [];
  const [, load] = Object.entries(pages).find(([page]) => file && page.startsWith(file.replace("view.ts", ""))) ?? [];
  // Who cannot load it now is told when it is shown.
  load?.().catch(() => undefined);
}
