import { I18nProvider, type I18nProviderProps } from "@cloudscape-design/components/i18n";
import { useEffect, useMemo, useState } from "react";
import { createBrowserRouter, Navigate } from "react-router";
import { RouterProvider } from "react-router/dom";
import { createApi } from "../api/client";
import type { Config } from "../config";
import { LanguageContext } from "../i18n/language";
import { Push } from "../live/push";
import { openSocket } from "../live/socket";
import type { Session } from "../session/session";
import { deployedViews } from "../views/registry";
import { DeploymentContext } from "./deployment";
import { Failed } from "./Failed";
import { NotFound } from "./NotFound";
import { NotificationsProvider } from "./notifications";
import { usePreferences } from "./preferences";
import { Shell } from "./Shell";

// What the components themselves say, mostly to screen readers.
const english = () => import("@cloudscape-design/components/i18n/messages/all.en");
const german = () => import("@cloudscape-design/components/i18n/messages/all.de");

export function Console({ config, session }: { config: Config; session: Session }) {
  const { language } = usePreferences();
  const [texts, setTexts] = useState<readonly I18nProviderProps.Messages[]>([]);
  useEffect(() => {
    void Promise.all([...(language === "de" ? [german()] : []), english()]).then((found) => setTexts(found.map((each) => each.default)));
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
