import { matchPath } from "react-router";
import { useDeployment } from "./deployment";

/** Whether a deployed view has this path, so that a link to it leads somewhere. */
export function useViewAt(path: string): boolean {
  return useDeployment().views.some((view) => matchPath(view.path, path));
}
