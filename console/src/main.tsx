import "@cloudscape-design/global-styles/index.css";
import "./main.css";
import { createRoot } from "react-dom/client";
import { loadConfig } from "./config";
import { Console } from "./shell/Console";
import { Unreachable } from "./shell/Unreachable";
import { applyPreferences } from "./shell/preferences";
import { Session } from "./session/session";

applyPreferences();
const root = createRoot(document.getElementById("root")!);

async function start() {
  const config = await loadConfig();
  const session = new Session(config.signIn);
  if (await session.begin()) root.render(<Console config={config} session={session} />);
}

start().catch((error: unknown) => root.render(<Unreachable error={error} />));
