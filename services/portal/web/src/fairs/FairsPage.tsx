import { useEffect, useMemo, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Offer, Venue } from "../api/types.ts";
import { useRead } from "../api/useRead.ts";
import { Frame, useTools, type FrameProps } from "../Frame.tsx";
import { placeHash } from "../landing.ts";
import { inWords } from "../prices/prices.ts";
import { Reading } from "../Refused.tsx";
import { areaIn, nameIn, useSpeech } from "../texts/index.ts";
import { dayOf } from "../venues/time.ts";
import { dayIn, showDays } from "./dates.ts";
import { nextDeadline } from "./deadlines.ts";
import { inOrder } from "./order.ts";

/** Every fair that the reader may see: where, when, what is on sale and from which price on. */
export function FairsPage(props: FrameProps): ReactElement {
  const { t, language } = useSpeech();
  const tools = useTools(props);
  const { refused } = tools;
  const read = useRead(calls.fairs, refused);
  const fairs = read.value;
  const [venues, setVenues] = useState<readonly Venue[]>([]);
  useEffect(() => void calls.venues().then(setVenues, refused), [refused]);
  const today = (zone: string): string => dayOf(Date.now(), zone);
  const shown = useMemo(() => inOrder(fairs ?? [], (fair) => dayOf(Date.now(), fair.time_zone)), [fairs]);
  return (
    <Frame tools={tools} place="fairs" context={null} timeZoneOf={(slug) => fairs?.find((one) => one.slug === slug)?.time_zone}>
      <h1 className="page-title">{t.fairs}</h1>
      <Reading of={read} />
      {fairs?.length === 0 && <p className="waiting">{t.noFair}</p>}
      <ul className="fair-cards">
        {shown.map((fair) => {
          const venue = venues.find(({ slug }) => slug === fair.venue);
          const next = nextDeadline(fair.deadlines, today(fair.time_zone));
          return (
            <li key={fair.slug} className="card fair-card">
              <div className="fair-card-head">
                <h2>{fair.state === "draft" ? nameIn(fair.name, language, fair.slug) : <a href={placeHash(fair.slug, "")}>{nameIn(fair.name, language, fair.slug)}</a>}</h2>
                <span className={`tag ${fair.state}`}>{t.fairState[fair.state]}</span>
              </div>
              <p>{showDays(fair, language)}</p>
              <p className="quiet">{[nameIn(venue?.name, language, fair.venue), venue?.city].filter(Boolean).join(", ")}</p>
              {fair.state === "published" && <OnSale fair={fair.slug} onRefused={refused} />}
              {next !== undefined && fair.state !== "closed" && (
                <p className="quiet">
                  {dayIn(next.day, language)}: {nameIn(next.name, language, "")}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </Frame>
  );
}

/** How much is free, and from which price on. */
function OnSale({ fair, onRefused }: { readonly fair: string; readonly onRefused: (error: unknown) => void }): ReactElement | null {
  const { t, language } = useSpeech();
  const [offer, setOffer] = useState<Offer | null>(null);
  useEffect(() => {
    let wanted = true;
    calls.offer(fair).then(
      (found) => wanted && setOffer(found),
      (error: unknown) => wanted && onRefused(error),
    );
    return () => {
      wanted = false;
    };
  }, [fair, onRefused]);
  if (offer === null) return null;
  const from = offer.from_minor === null ? "" : t.fromPrice(inWords(offer.from_minor, offer.currency, t, language));
  return (
    <p>
      <strong>{t.freeOf(areaIn(offer.free, language), areaIn(offer.booths, language))}</strong> {from}
    </p>
  );
}
