import { useCallback, useEffect, useRef, useState, type ReactElement, type ReactNode } from "react";

import { step as stepOf } from "../api/calls.ts";
import type { BoothNow, Fair, PlanFeature } from "../api/types.ts";
import { useAttempt } from "../api/useAttempt.ts";
import { useRead, useReadAgain } from "../api/useRead.ts";
import { Dialog } from "../Dialog.tsx";
import { WhatHappened } from "../history/HistoryList.tsx";
import { momentIn, ofBooths } from "../history/sentences.ts";
import { Unreachable } from "../live/Unreachable.tsx";
import { moneyIn } from "../prices/money.ts";
import { Reading, WhyNot } from "../Refused.tsx";
import { mayBe } from "../reservations/steps.ts";
import { areaIn, boothState } from "../texts/index.ts";
import { listIn } from "../venues/words.ts";
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
  /** What an exhibitor is called. */
  readonly called: (exhibitor: string) => string;
  readonly commanding: boolean;
  /** Both throw a `Problem` where it is refused. */
  readonly onBlock: (reason: string) => Promise<void>;
  readonly onRelease: () => Promise<void>;
  readonly onStep: (done: ReservationStep) => void;
  /** Hears of a session that has ended. */
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

/** What an organizer does with a reservation here. */
export type ReservationStep = "sell" | "cancel";

/** All about one booth, and what its organizer can do with it. */
export function BoothDialog(props: Props): ReactElement {
  const { booth, fair, feature, now, taken, called, commanding, onBlock, onRelease, onStep, onRefused, onClose } = props;
  const { t, d, language } = useDeskSpeech();
  const handle = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const { busy, problem, attempt, forget } = useAttempt(onRefused, now?.version);
  const isFree = now?.state === "free";
  useEffect(() => {
    // Whoever had it has it no more.
    if (isFree) forget();
  }, [isFree, forget]);
  const close = (done: boolean): void => void (done && handle.current?.close());
  const sides = feature?.properties.open_sides;
  const moment = (at: string): string => momentIn(language, at, fair.time_zone);
  return (
    <Dialog title={d.boothTitle(booth)} handle={handle} onClose={onClose}>
      <dl>
        <Fact name={d.stateWord}>
          <span role="status">{boothState(now, t)}</span>
        </Fact>
        {feature !== undefined && <Fact name={d.area}>{t.area(areaIn(feature.properties.area_m2, language))}</Fact>}
        {sides !== undefined && <Fact name={d.sides}>{t.sidesOpen(sides)}</Fact>}
        {feature !== undefined && feature.properties.parts.length > 0 && <Fact name={t.jointStand}>{listIn(language, feature.properties.parts)}</Fact>}
        {taken !== null && taken.since !== null && <Fact name={d.since}>{moment(taken.since)}</Fact>}
        {taken !== null && taken.until !== null && <Fact name={d.until}>{moment(taken.until)}</Fact>}
        {taken !== null && taken.exhibitor !== null && (
          <Fact name={d.who}>
            <a href={`${deskHash({ fair: fair.slug, tab: "exhibitors" })}/${encodeURIComponent(taken.exhibitor)}`}>{called(taken.exhibitor)}</a>
          </Fact>
        )}
        {taken !== null && taken.reason !== "" && <Fact name={d.reason}>{taken.reason}</Fact>}
      </dl>
      {taken !== null && taken.reservation !== null && (
        <Reserved id={taken.reservation} turn={now?.version ?? 0} fair={fair} called={called} commanding={commanding} onStep={onStep} onRefused={onRefused} />
      )}
      {isFree && fair.state !== "draft" && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(() => onBlock(reason.trim())).then(close);
          }}
        >
          <label>
            {d.reason}
            <input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
          </label>
          <div className="actions">
            <button type="submit" disabled={busy || !commanding}>
              {d.block}
            </button>
          </div>
        </form>
      )}
      {now?.state === "blocked" && (
        <div className="actions">
          <button type="button" className="primary" disabled={busy || !commanding} onClick={() => void attempt(onRelease).then(close)}>
            {d.release(1)}
          </button>
        </div>
      )}
      <WhyNot problem={problem} />
      <Unreachable />
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
  readonly called: (exhibitor: string) => string;
  readonly commanding: boolean;
  readonly onStep: (done: ReservationStep) => void;
  readonly onRefused: (error: unknown) => void;
}

/** The reservation that has the booth: its step, its other booths, what happened to it. */
function Reserved({ id, turn, fair, called, commanding, onStep, onRefused }: ReservedProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const [why, setWhy] = useState("");
  const read = useRead(useCallback(() => calls.reservation(id), [id]), onRefused);
  const { busy, problem, attempt } = useAttempt(onRefused, read.value?.version);
  useReadAgain(read.again, turn);
  const reservation = read.value;
  if (reservation === null) return <Reading of={read} />;
  const may = mayBe(reservation.state, "organizer");
  const step = (send: () => Promise<unknown>, done: ReservationStep): void =>
    void attempt(async () => {
      await send();
      await read.again();
    }).then((did) => void (did && onStep(done)));
  const amount = reservation.price?.amount_minor ?? null;
  return (
    <section className="reserved" aria-label={d.step}>
      <dl>
        <Fact name={d.step}>
          <span role="status">{t.reservationState[reservation.state]}</span>
        </Fact>
        <Fact name={d.boothsOfIt}>{listIn(language, reservation.booths)}</Fact>
        {reservation.co_exhibitors.length > 0 && <Fact name={t.coExhibitors}>{listIn(language, reservation.co_exhibitors.map(called))}</Fact>}
        {amount !== null && reservation.price !== null && <Fact name={d.price}>{moneyIn(amount, reservation.price.currency, language)}</Fact>}
      </dl>
      <WhyNot problem={problem} />
      {may.has("sell") && (
        <Asked label={t.sell} {...t.ask.sell} danger={false} disabled={busy || !commanding} onYes={() => step(() => stepOf(id, "sell"), "sell")} />
      )}
      {may.has("cancel") && (
        <>
          <label className="why">
            {d.cancelReason}
            <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
          </label>
          <Asked
            label={d.cancelReservation}
            question={d.askCancel.question(reservation.booths.length, reservation.state === "sold")}
            yes={d.askCancel.yes(reservation.state === "sold")}
            no={d.askCancel.no}
            danger
            disabled={busy || !commanding}
            onYes={() => step(() => calls.cancel(id, why.trim()), "cancel")}
          />
        </>
      )}
      <WhatHappened of="reservations" id={id} zone={fair.time_zone} turn={reservation.version} tell={(event) => ofBooths(event, language, fair.time_zone, t)} />
    </section>
  );
}
