/** What this deployment is. `publish_console` writes it beside the page. */
export interface Config {
  /** The capabilities that are deployed. A view is shown when its capability is one of them. */
  capabilities: string[];
  /** Members of this group see the views for operators. */
  operatorsGroup: string;
  /** Members of this group review requests for data products. */
  stewardsGroup: string;
  /** Where users of chat sign in, a path of this origin; empty where there is no Amazon Q Business. */
  chatSignIn: string;
  signIn: { url: string; clientId: string };
  /** The path of the WebSocket API, which streams answers and pushes what changes; empty where there is none. */
  socketPath: string;
  /** Paths of this origin, and the addresses of the buckets that they lead to. */
  files: Record<string, string>;
}

export async function loadConfig(): Promise<Config> {
  const reply = await fetch("/config.json", { cache: "no-cache" });
  if (!reply.ok) throw new Error(`config.json answered ${reply.status}`);
  return reply.json();
}
