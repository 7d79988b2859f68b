import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SideNavigation from "@cloudscape-design/components/side-navigation";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import TopNavigation from "@cloudscape-design/components/top-navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import { Outlet, useLocation, useNavigate } from "react-router";
import { LANGUAGES, type Language, useLanguage, useMessages } from "../i18n/language";
import { useDeployment } from "./deployment";
import { messages } from "./messages";
import { useNarrow } from "./narrow";
import { useNotifications } from "./notifications";
import { type Preferences, setPreferences, usePreferences } from "./preferences";
import { useOnline } from "./online";
import styles from "./Shell.module.css";

const loadFlashbar = () => import("@cloudscape-design/components/flashbar");
const Flashbar = lazy(loadFlashbar);

/** The frame of every view: the header, the navigation, the messages, and the view itself. */
export function Shell() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const online = useOnline();
  const { shown } = useNotifications();
  const [open, setOpen] = useState(false);
  // There is no message at first, and one about the network needs no network.
  useEffect(() => void loadFlashbar(), []);
  const offline = { type: "warning", header: t.offline, content: t.offlineDetail, id: "offline" } as const;
  const flashes = online ? shown : [offline, ...shown];
  return (
    <>
      <a className={styles.skip} href="#content">
        {t.skip}
      </a>
      <div className={styles.top}>
        <Header />
      </div>
      <div className={styles.body}>
        {narrow && (
          <div className={styles.toggle}>
            <Button
              variant="icon"
              iconName={open ? "close" : "menu"}
              ariaExpanded={open}
              ariaLabel={open ? t.closeNavigation : t.openNavigation}
              onClick={() => setOpen(!open)}
            />
          </div>
        )}
        {(open || !narrow) && (
          <nav className={styles.navigation} aria-label={t.navigation}>
            <Navigation onChosen={() => setOpen(false)} />
          </nav>
        )}
        <main id="content" tabIndex={-1} className={styles.content}>
          <div className={styles.notifications}>
            {flashes.length > 0 && (
              <Suspense>
                <Flashbar items={flashes} stackItems i18nStrings={{ ariaLabel: t.notifications }} />
              </Suspense>
            )}
          </div>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </>
  );
}

function Loading() {
  const t = useMessages(messages);
  return (
    <Box textAlign="center" padding="xxl">
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    </Box>
  );
}

function Navigation({ onChosen }: { onChosen: () => void }) {
  const { views } = useDeployment();
  const language = useLanguage();
  const t = useMessages(messages);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const entries = views.filter((view) => view.menu);
  const active = entries.find((view) => pathname.split("/")[1] === view.path);
  useEffect(() => {
    document.title = active ? `${active.menu!.label[language]} · Docent` : "Docent";
  }, [active, language]);
  return (
    <SideNavigation
      activeHref={active && `/${active.path}`}
      items={entries.map((view) => ({ type: "link", text: view.menu!.label[language], href: `/${view.path}` }))}
      itemsControl={entries.length ? undefined : <Box color="text-status-inactive">{t.noViews}</Box>}
      onFollow={(event) => {
        event.preventDefault();
        onChosen();
        void navigate(event.detail.href);
      }}
    />
  );
}

function Header() {
  const { session } = useDeployment();
  const t = useMessages(messages);
  const { theme, compact, language } = usePreferences();
  const navigate = useNavigate();
  const chosen = (text: string, is: boolean, id: string) =>
    ({ id, text, itemType: "checkbox", checked: is }) as const;
  return (
    <TopNavigation
      identity={{
        href: "/",
        title: "Docent",
        onFollow: (event) => {
          event.preventDefault();
          void navigate("/");
        },
      }}
      utilities={[
        {
          type: "menu-dropdown",
          iconName: "settings",
          ariaLabel: t.preferences,
          title: t.preferences,
          items: [
            {
              text: t.theme,
              items: (["system", "light", "dark"] as const).map((each) => chosen(t.themes[each], theme === each, `theme:${each}`)),
            },
            {
              text: t.density,
              items: [
                chosen(t.densities.comfortable, !compact, "density:comfortable"),
                chosen(t.densities.compact, compact, "density:compact"),
              ],
            },
            {
              text: t.language,
              items: Object.entries(LANGUAGES).map(([code, name]) => chosen(name, language === code, `language:${code}`)),
            },
          ],
          onItemClick: ({ detail }) => {
            const [what, value] = detail.id.split(":") as [string, string];
            if (what === "theme") setPreferences({ theme: value as Preferences["theme"] });
            if (what === "density") setPreferences({ compact: value === "compact" });
            if (what === "language") setPreferences({ language: value as Language });
          },
        },
        {
          type: "menu-dropdown",
          iconName: "user-profile",
          text: session.user.name,
          description: session.user.groups.join(", "),
          items: [{ id: "sign-out", text: t.signOut }],
          onItemClick: () => void session.signOut(),
        },
      ]}
    />
  );
}
