import { I18nProvider } from "@cloudscape-design/components/i18n";
import { useEffect, useMemo, useRef, useState } from "react";
import { createBrowserRouter, Navigate } from "react-router";
import { RouterProvider } from "react-router/dom";
import { createApi } from "../api/client";
import type { Config } from "../config";
import { LanguageContext } from "../i18n/language";
import { Push } from "../live/push";
import { openSocket } from "../live/socket";
import type { Session } from "../session/session";
import { deployedViews } from "../views/registry";
import { componentTexts, type Texts } from "./component_texts";
import { DeploymentContext } from "./deployment";
import { Failed } from "./Failed";
import { NotFound } from "./NotFound";
import { NotificationsProvider } from "./notifications";
import { usePreferences } from "./preferences";
import { Shell } from "./Shell";

/** `texts` are those of the language that the page begins with. */
export function Console({ config, session, ...first }: { config: Config; session: Session; texts: Texts }) {
  const { language } = usePreferences();
  const [texts, setTexts] = useState(first.texts);
  const shown = useRef(language);
  useEffect(() => {
    if (language !== shown.current) void componentTexts(language).then(setTexts);
    shown.current = language;
  }, [language]);

  const deployment = useMemo(() => {
    const connect = (token: string) => openSocket(config.socketPath, token);
    const push = config.socketPath ? new Push(connect, () => session.token) : undefined;
    return { api: createApi(session), config, session, push, views: deployedViews(config, session.user.groups) };
  }, [config, session]);
  const router = useMemo(() => {
    const home = deployment.views.find((view) => view.menu)?.path;
    return createBrowserRouter([
      {
        Component: Shell,
        ErrorBoundary: Failed,
        children: [
          ...(home ? [{ index: true, element: <Navigate to={`/${home}`} replace /> }] : []),
          ...deployment.views.map(({ path, Page }) => ({ path, Component: Page, ErrorBoundary: Failed })),
          { path: "*", Component: NotFound },
        ],
      },
    ]);
  }, [deployment]);

  return (
    <DeploymentContext value={deployment}>
      <LanguageContext value={language}>
        <I18nProvider locale={language} messages={texts}>
          <NotificationsProvider>
            <RouterProvider router={router} />
          </NotificationsProvider>
        </I18nProvider>
      </LanguageContext>
    </DeploymentContext>
  );
}
