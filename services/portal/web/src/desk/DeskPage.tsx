import { useCallback, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Fair, Hall } from "../api/types.ts";
import { useRead } from "../api/useRead.ts";
import { FairChooser } from "../FairChooser.tsx";
import { Frame, useTools, type FrameProps, type Tools } from "../Frame.tsx";
import { runsFairs } from "../Header.tsx";
import { landingFair, today } from "../landing.ts";
import { EMPTY } from "../live/picture.ts";
import { useLive } from "../live/useLive.ts";
import { Reading } from "../Refused.tsx";
import { deskHash, TABS, type DeskView, type Tab as TabName } from "./address.ts";
import "./desk.css";
import { ExhibitorsTab } from "./ExhibitorsTab.tsx";
import { Overview, type LiveTabProps } from "./Overview.tsx";
import { PlanTab } from "./PlanTab.tsx";
import { SalesTab } from "./SalesTab.tsx";
import { useDeskSpeech } from "./texts/index.ts";
import { useCurrentInView } from "../useCurrentInView.ts";
import { UtilisationTab } from "./UtilisationTab.tsx";

interface Props extends FrameProps {
  readonly view: DeskView;
}

/** What every tab stands on. */
export interface TabProps {
  readonly fair: Fair;
  readonly halls: readonly Hall[];
  readonly view: DeskView;
  readonly tools: Tools;
}

/** The desk of those who run fairs: one fair in several tabs, drafts too. */
export default function DeskPage({ view, ...props }: Props): ReactElement {
  const { t, d } = useDeskSpeech();
  const tools = useTools(props);
  const { session, refused } = tools;
  const allowed = runsFairs(session);
  const ask = useCallback(
    async () => (await calls.fairs()).filter((one) => session.role === "admin" || one.organizer === session.organizer),
    [session],
  );
  const read = useRead(allowed ? ask : null, refused);
  const fairs = read.value;
  const fair = landingFair(fairs ?? [], view.fair, null, today(Date.now()));
  return (
    <Frame
      tools={tools}
      place="desk"
      context={fair !== undefined && <FairChooser fairs={fairs ?? []} fair={fair} onFair={(slug) => void (location.hash = deskHash({ fair: slug, tab: view.tab }))} />}
      timeZoneOf={(known) => fairs?.find((one) => one.slug === known)?.time_zone}
    >
      {!allowed && (
        <div className="card empty">
          <p>{d.noPermission}</p>
          <a href="#/">{t.fairs}</a>
        </div>
      )}
      {allowed && <Reading of={read} />}
      {fairs?.length === 0 && <p className="waiting">{d.noFairs}</p>}
      {fair !== undefined && (
        <>
          {view.fair !== "" && view.fair !== fair.slug && (
            <p role="status" className="elsewhere">
              {d.notYours(view.fair)}
            </p>
          )}
          <DeskTabs fair={fair.slug} current={view.tab} />
          <Desk key={fair.slug} fair={fair} view={view} tools={tools} onFair={read.again} />
        </>
      )}
    </Frame>
  );
}

function DeskTabs({ fair, current }: { readonly fair: string; readonly current: TabName }): ReactElement {
  const { d, language } = useDeskSpeech();
  const row = useCurrentInView(current, language);
  return (
    <nav className="halls desk-tabs" aria-label={d.tabsWord} ref={row}>
      {TABS.map((tab) => (
        <a key={tab} href={deskHash({ fair, tab })} aria-current={tab === current ? "page" : undefined}>
          {d.tabs[tab]}
        </a>
      ))}
    </nav>
  );
}

interface DeskProps {
  readonly fair: Fair;
  readonly view: DeskView;
  readonly tools: Tools;
  readonly onFair: () => Promise<void>;
}

function Desk({ fair, view, tools, onFair }: DeskProps): ReactElement {
  return fair.state === "draft" ? (
    <Tabs fair={fair} view={view} tools={tools} onFair={onFair} live={NOT_LIVE} />
  ) : (
    <LiveDesk fair={fair} view={view} tools={tools} onFair={onFair} />
  );
}

/** Booking knows nothing of a draft, so there is nothing to listen to. */
const NOT_LIVE: ReturnType<typeof useLive> = { picture: EMPTY, connection: "live" };

function LiveDesk(props: DeskProps): ReactElement {
  return <Tabs {...props} live={useLive(props.fair.slug, props.tools.session.account)} />;
}

function Tabs({ fair, view, tools, onFair, live }: DeskProps & { readonly live: ReturnType<typeof useLive> }): ReactElement {
  const { refused } = tools;
  const read = useRead(useCallback(() => calls.halls(fair.slug), [fair.slug]), refused);
  return (
    <>
      <Reading of={read} />
      {read.value !== null && <Tab fair={fair} halls={read.value} view={view} tools={tools} live={live} onFair={onFair} onHalls={read.again} />}
    </>
  );
}

interface AllTabs extends LiveTabProps {
  readonly onFair: () => Promise<void>;
  readonly onHalls: () => Promise<void>;
}

function Tab({ onFair, onHalls, ...shared }: AllTabs): ReactElement {
  switch (shared.view.tab) {
    case "overview":
      return <Overview {...shared} onFair={onFair} />;
    case "plan":
      return <PlanTab {...shared} onHalls={onHalls} />;
    case "exhibitors":
      return <ExhibitorsTab {...shared} />;
    case "sales":
      return <SalesTab {...shared} />;
    case "utilisation":
      return <UtilisationTab {...shared} />;
  }
}
