import { useEffect, useMemo, useState, type ReactElement } from "react";

import * as calls from "./api/calls.ts";
import type { Session } from "./api/types.ts";
import { useRead } from "./api/useRead.ts";
import { Booking } from "./Booking.tsx";
import { About } from "./fairs/About.tsx";
import { deskHash } from "./desk/address.ts";
import { FairChooser } from "./FairChooser.tsx";
import { Frame, useTools, type FrameProps } from "./Frame.tsx";
import { HallTabs } from "./HallTabs.tsx";
import { landingFair, placeHash, placeOf, today } from "./landing.ts";
import { Reading } from "./Refused.tsx";
import { useSpeech } from "./texts/index.ts";
import { useHash } from "./useHash.ts";
import { dayOf } from "./venues/time.ts";

/** The fair and hall in view: booths live on the plan, and the reader's reservations. */
export function FairPage(props: FrameProps): ReactElement {
  const { session } = props;
  const { t } = useSpeech();
  const tools = useTools(props);
  const { inbox, acted, refused, say } = tools;
  const readFairs = useRead(calls.fairs, refused);
  const fairs = readFairs.value;
  const place = placeOf(useHash());

  const own = useOwnFair(session);
  const open = (fairs ?? []).filter((fair) => fair.state !== "draft");
  const fair = landingFair(open, place.fair, own, today(Date.now()));
  const slug = fair?.slug;

  const ask = useMemo(() => (slug === undefined ? null : async () => (await calls.halls(slug)).filter((one) => one.booths > 0)), [slug]);
  const readHalls = useRead(ask, refused);
  const halls = readHalls.value;
  const hall = halls?.find((one) => one.hall === place.hall) ?? halls?.[0];

  const elsewhere =
    place.fair !== "" && place.fair !== slug
      ? t.fairUnknown(place.fair)
      : place.hall !== "" && place.hall !== hall?.hall
        ? t.hallUnknown(place.hall)
        : null;

  return (
    <Frame
      tools={tools}
      place="fairs"
      context={<FairChooser fairs={open} fair={fair} onFair={(chosen) => void (location.hash = placeHash(chosen, ""))} />}
      timeZoneOf={(known) => open.find((one) => one.slug === known)?.time_zone}
    >
      <Reading of={readFairs} />
      {fair !== undefined && <Reading of={readHalls} />}
      {fairs !== null && fair === undefined && <p className="waiting">{t.noFair}</p>}
      {fair !== undefined && halls?.length === 0 && <p className="waiting">{t.noHalls}</p>}
      {fair !== undefined && halls !== null && halls.length > 0 && (
        <>
          {elsewhere !== null && (
            <p role="status" className="elsewhere">
              {elsewhere}
            </p>
          )}
          <HallTabs fair={fair} halls={halls} hall={hall} />
          {(session.role === "admin" || session.organizer === fair.organizer) && (
            <p>
              <a href={deskHash({ fair: fair.slug, tab: "plan", hall: hall?.hall ?? "" })}>{t.toDesk}</a>
            </p>
          )}
          <About fair={fair} halls={halls} today={dayOf(Date.now(), fair.time_zone)} />
        </>
      )}
      {fair !== undefined && hall !== undefined && (
        <Booking
          key={fair.slug}
          session={session}
          fair={fair}
          hall={hall}
          halls={halls ?? []}
          inbox={inbox.entries}
          onActed={acted}
          onRefused={refused}
          onNotice={say}
        />
      )}
    </Frame>
  );
}

/** An exhibitor's own fair comes first; null while it is not known and for those who have none. */
function useOwnFair(session: Session): string | null {
  const [fair, setFair] = useState<string | null>(null);
  useEffect(() => {
    if (session.exhibitor === null) return;
    // Where it cannot be read the first published fair is shown, and the reader can choose.
    calls.exhibitor(session.exhibitor).then(
      (found) => setFair(found.fair),
      () => setFair(null),
    );
  }, [session.exhibitor]);
  return fair;
}
