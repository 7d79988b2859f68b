import "@cloudscape-design/global-styles/index.css";
import { startTransition } from "react";
import { createRoot, type Root } from "react-dom/client";
import type { Config } from "../config";
import type { Session } from "../session/session";
import { componentTexts } from "./component_texts";
import { Console } from "./Console";
import { preferences } from "./preferences";
import { Unreachable } from "./Unreachable";
import { loadView } from "../views/registry";

let root: Root | undefined;
// What the page has until then is replaced.
const made = () => (root ??= createRoot(document.getElementById("root")!));

/** Load what the path shows, while it is not known yet who looks at it. */
export function begin(config: Config, path: string): void {
  void componentTexts(preferences().language);
  loadView(config, path);
}

export async function show(config: Config, session: Session): Promise<void> {
  const texts = await componentTexts(preferences().language);
  startTransition(() => made().render(<Console config={config} session={session} texts={texts} />));
}

export const showUnreachable = (error: unknown) => made().render(<Unreachable error={error} />);
