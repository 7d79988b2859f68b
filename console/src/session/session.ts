import { InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import type { Config } from "../config";

export const CALLBACK = "/signed-in";
const PLACE = "docent-place";

/** Where a redirect to the sign-in page comes back to. */
interface Place {
  path: string;
  scroll: number;
}

/**
 * The user who is signed in. Tokens are in memory only: a page that is loaded again asks the sign-in page, which knows
 * the user by its own cookie, and comes back to the same place.
 */
export class Session {
  readonly #users: UserManager;
  #user: User | null = null;

  constructor(signIn: Config["signIn"]) {
    const { origin } = window.location;
    this.#users = new UserManager({
      authority: signIn.url,
      client_id: signIn.clientId,
      redirect_uri: origin + CALLBACK,
      scope: "openid email profile",
      metadata: {
        issuer: signIn.url,
        authorization_endpoint: `${signIn.url}/oauth2/authorize`,
        token_endpoint: `${signIn.url}/oauth2/token`,
        revocation_endpoint: `${signIn.url}/oauth2/revoke`,
        end_session_endpoint: `${signIn.url}/logout`,
      },
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      // It holds what a sign-in needs while it is under way, and no token.
      stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
      automaticSilentRenew: true,
      revokeTokenTypes: ["refresh_token"],
    });
    this.#users.events.addUserLoaded((user) => {
      this.#user = user;
    });
  }

  /** Whether somebody is signed in. If not, the browser is on its way to the sign-in page. */
  async begin(): Promise<boolean> {
    const { pathname, search } = window.location;
    if (pathname === CALLBACK && search) return this.#comeBack();
    await this.signIn();
    return false;
  }

  async #comeBack(): Promise<boolean> {
    try {
      this.#user = await this.#users.signinCallback() ?? null;
    } catch {
      // The code has been used, as when the page is loaded again or reached with the back button.
      await this.signIn();
      return false;
    }
    const { path, scroll } = this.#place;
    window.history.replaceState(null, "", path);
    window.setTimeout(() => window.scrollTo(0, scroll), 300);
    return true;
  }

  get #place(): Place {
    const { pathname, search, hash } = window.location;
    if (pathname !== CALLBACK) return { path: pathname + search + hash, scroll: window.scrollY };
    const { path = "/", scroll = 0 } = JSON.parse(window.sessionStorage.getItem(PLACE) ?? "{}");
    return { path: path.startsWith("/") && !path.startsWith("//") ? path : "/", scroll };
  }

  /** The path that is shown, or will be when the user has come back from the sign-in page. */
  get path(): string {
    return new URL(this.#place.path, window.location.origin).pathname;
  }

  async signIn(): Promise<void> {
    window.sessionStorage.setItem(PLACE, JSON.stringify(this.#place));
    await this.#users.signinRedirect();
  }

  async signOut(): Promise<void> {
    const { origin } = window.location;
    const { client_id } = this.#users.settings;
    // Signing out does not depend on it: without the revocation, the refresh token is still forgotten with the page.
    await this.#users.revokeTokens().catch(() => undefined);
    // Cognito's sign-out takes these instead of an id token: docs.aws.amazon.com, "Logout endpoint".
    await this.#users.signoutRedirect({ extraQueryParams: { client_id, logout_uri: `${origin}/` } });
  }

  get token(): string {
    return this.#user?.id_token ?? "";
  }

  /** A new token after the API refused the old one. If there is none, the user signs in and comes back here. */
  async renewed(): Promise<string> {
    try {
      this.#user = await this.#users.signinSilent();
    } catch {
      await this.signIn();
    }
    return this.token;
  }

  get user(): { name: string; groups: string[]; subject: string } {
    const claims = this.#user?.profile;
    const groups = claims?.["cognito:groups"];
    return {
      name: claims?.email ?? claims?.sub ?? "",
      groups: Array.isArray(groups) ? groups : [],
      subject: claims?.sub ?? "",
    };
  }
}
