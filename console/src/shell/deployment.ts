import { createContext, useContext } from "react";
import type { Api } from "../api/client";
import type { Config } from "../config";
import type { Push } from "../live/push";
import type { Session } from "../session/session";
import type { View } from "../views/view";

/** What every view may use. */
export interface Deployment {
  api: Api;
  config: Config;
  session: Session;
  /** Tells of changes, to `useLive`. */
  push?: Push | undefined;
  views: View[];
}

export const DeploymentContext = createContext<Deployment | null>(null);

export function useDeployment(): Deployment {
  const deployment = useContext(DeploymentContext);
  if (!deployment) throw new Error("Outside of the console.");
  return deployment;
}

export const useApi = () => useDeployment().api;
