import { useCallback, useEffect, useRef, useState, type ReactElement, type ReactNode } from "react";

import { Problem } from "../api/problem.ts";
import type { BoothNow, Fair, PlanFeature, Reservation } from "../api/types.ts";
import { Dialog } from "../Dialog.tsx";
import { WhatHappened } from "../history/HistoryList.tsx";
import { momentIn, ofBooths } from "../history/sentences.ts";
import { moneyIn } from "../prices/money.ts";
import { areaIn, boothState, refusal } from "../texts/index.ts";
import { deskHash } from "./address.ts";
import { Asked } from "./Asked.tsx";
import * as calls from "./calls.ts";
import { useDeskSpeech } from "./texts/index.ts";
import type { Taken } from "./types.ts";

interface Props {
  readonly booth: string;
  readonly fair: Fair;
  readonly feature: PlanFeature | undefined;
  readonly now: BoothNow | undefined;
  readonly taken: Taken | null;
  readonly who: string | null;
  readonly commanding: boolean;
  readonly onBlock: (reason: string) => Promise<boolean>;
  readonly onRelease: () => Promise<boolean>;
  readonly onCancelled: () => void;
  readonly onClose: () => void;
}

/** All about one booth, and what its organizer can do with it. */
export function BoothDialog({ booth, fair, feature, now, taken, who, commanding, onBlock, onRelease, onCancelled, onClose }: Props): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const handle = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const sides = feature?.properties.open_sides;
  const moment = (at: string): string => momentIn(language, at, fair.time_zone);
  return (
    <Dialog title={d.boothTitle(booth)} handle={handle} onClose={onClose}>
      <dl>
        <Fact name={d.stateWord}>{boothState(now, t)}</Fact>
        {feature !== undefined && <Fact name={d.area}>{t.area(areaIn(feature.properties.area_m2, language))}</Fact>}
        {sides !== undefined && <Fact name={d.sides}>{t.sidesOpen(sides)}</Fact>}
        {feature !== undefined && feature.properties.parts.length > 0 && <Fact name={t.jointStand}>{feature.properties.parts.join(", ")}</Fact>}
        {taken !== null && taken.since !== null && <Fact name={d.since}>{moment(taken.since)}</Fact>}
        {taken !== null && taken.until !== null && <Fact name={d.until}>{moment(taken.until)}</Fact>}
        {taken !== null && taken.exhibitor !== null && (
          <Fact name={d.who}>
            <a href={`${deskHash({ fair: fair.slug, tab: "exhibitors" })}/${encodeURIComponent(taken.exhibitor)}`}>{who ?? taken.exhibitor}</a>
          </Fact>
        )}
        {taken !== null && taken.reason !== "" && <Fact name={d.reason}>{taken.reason}</Fact>}
      </dl>
      {taken !== null && taken.reservation !== null && (
        <Reserved id={taken.reservation} turn={now?.version ?? 0} fair={fair} commanding={commanding} onCancelled={onCancelled} />
      )}
      {now?.state === "free" && fair.state !== "draft" && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            // What is refused is told by the page, which a dialog would hide.
            void onBlock(reason.trim()).then(() => handle.current?.close());
          }}
        >
          <label>
            {d.reason}
            <input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
          </label>
          <div className="actions">
            <button type="submit" disabled={!commanding}>
              {d.block}
            </button>
          </div>
        </form>
      )}
      {now?.state === "blocked" && (
        <div className="actions">
          <button
            type="button"
            className="primary"
            disabled={!commanding}
            onClick={() => void onRelease().then(() => handle.current?.close())}
          >
            {d.release(1)}
          </button>
        </div>
      )}
    </Dialog>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface ReservedProps {
  readonly id: string;
  /** The booth's version: with each the reservation may have gone a step on. */
  readonly turn: number;
  readonly fair: Fair;
  readonly commanding: boolean;
  readonly onCancelled: () => void;
}

/** The reservation that has the booth: its step, its other booths, what happened to it. */
function Reserved({ id, turn, fair, commanding, onCancelled }: ReservedProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const [reservation, setReservation] = useState<Reservation | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [why, setWhy] = useState("");
  const attempt = useCallback(async (send: () => Promise<Reservation>): Promise<Reservation | null> => {
    setProblem(null);
    try {
      const found = await send();
      setReservation(found);
      return found;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      return null;
    }
  }, []);
  useEffect(() => void attempt(() => calls.reservation(id)), [attempt, id, turn]);
  if (reservation === null) return <p role="status">{problem === null ? t.loading : refusal(problem, t)}</p>;
  const live = reservation.id === id && ["held", "confirmed", "sold"].includes(reservation.state);
  const amount = reservation.price?.amount_minor ?? null;
  return (
    <section className="reserved" aria-label={d.step}>
      <dl>
        <Fact name={d.step}>{t.reservationState[reservation.state]}</Fact>
        <Fact name={d.boothsOfIt}>{reservation.booths.join(", ")}</Fact>
        {reservation.co_exhibitors.length > 0 && <Fact name={t.coExhibitors}>{reservation.co_exhibitors.join(", ")}</Fact>}
        {amount !== null && reservation.price !== null && <Fact name={d.price}>{moneyIn(amount, reservation.price.currency, language)}</Fact>}
      </dl>
      {problem !== null && (
        <p role="alert" className="refusal">
          {refusal(problem, t)}
        </p>
      )}
      {live && (
        <>
          <label className="why">
            {d.cancelReason}
            <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
          </label>
          <Asked
            label={d.cancelReservation}
            question={d.askCancel.question(reservation.booths.length, reservation.state === "sold")}
            yes={d.askCancel.yes}
            no={d.askCancel.no}
            danger
            disabled={!commanding}
            onYes={() => void attempt(() => calls.cancel(id, why.trim())).then((done) => done && onCancelled())}
          />
        </>
      )}
      <WhatHappened of="reservations" id={id} zone={fair.time_zone} turn={reservation.version} tell={(event) => ofBooths(event, language, fair.time_zone, t)} />
    </section>
  );
}
