import "./main.css";
import { loadConfig } from "./config";
import { Session } from "./session/session";
import { applyPreferences } from "./shell/preferences";

applyPreferences();
// It comes while the configuration and the token are asked for.
const page = import("./shell/page");

async function start() {
  const config = await loadConfig();
  const session = new Session(config.signIn);
  const signedIn = session.begin();
  void page.then(({ begin }) => begin(config, session.path));
  if (await signedIn) (await page).show(config, session);
}

start().catch(async (error: unknown) => (await page).showUnreachable(error));
