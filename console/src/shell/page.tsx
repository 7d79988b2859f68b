import "@cloudscape-design/global-styles/index.css";
import { createRoot, type Root } from "react-dom/client";
import type { Config } from "../config";
import type { Session } from "../session/session";
import { Console } from "./Console";
import { Unreachable } from "./Unreachable";

let root: Root | undefined;
// What the page has until then is replaced.
const made = () => (root ??= createRoot(document.getElementById("root")!));

export { loadView } from "../views/registry";
export const show = (config: Config, session: Session) => made().render(<Console config={config} session={session} />);
export const showUnreachable = (error: unknown) => made().render(<Unreachable error={error} />);
