import { useState, type ReactElement } from "react";

import { useReach } from "../api/reach.ts";
import type { useLive } from "../live/useLive.ts";
import { areaIn, nameIn } from "../texts/index.ts";
import { moneyIn } from "../prices/money.ts";
import { Asked } from "./Asked.tsx";
import * as calls from "./calls.ts";
import { deskHash } from "./address.ts";
import type { TabProps } from "./DeskPage.tsx";
import { FloorBar, FloorKey, floorOf, FloorTable, together } from "./FloorBar.tsx";
import { Reading } from "../Refused.tsx";
import { shareIn, useDeskSpeech } from "./texts/index.ts";
import type { Sales } from "./types.ts";
import { useSales } from "./useDesk.ts";

export interface LiveTabProps extends TabProps {
  readonly live: ReturnType<typeof useLive>;
}

interface Props extends LiveTabProps {
  readonly onFair: () => Promise<void>;
}

/** How the fair stands: its state, and its floor now. */
export function Overview({ fair, halls, tools, live, onFair }: Props): ReactElement {
  const { t, d } = useDeskSpeech();
  const [busy, setBusy] = useState(false);
  const reach = useReach();
  const planned = halls.filter(({ booths }) => booths > 0);

  async function move(send: (fair: string) => Promise<unknown>): Promise<void> {
    setBusy(true);
    try {
      await send(fair.slug);
      tools.acted();
      await onFair();
    } catch (error) {
      tools.refused(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <section className="card fair-state">
        <div className="reservation-head">
          <span className={`tag fair-${fair.state}`}>{d.state[fair.state]}</span>
          <span>{d.stateSays[fair.state]}</span>
        </div>
        {fair.state === "draft" && planned.length === 0 && (
          <p>
            {d.noPlanYet} <a href={deskHash({ fair: fair.slug, tab: "plan" })}>{d.tabs.plan}</a>
          </p>
        )}
        {fair.state === "draft" && planned.length > 0 && (
          <p className="quiet">{d.draftNumbers(planned.reduce((sum, one) => sum + one.booths, 0), planned.length)}</p>
        )}
        <div className="actions">
          {fair.state === "draft" && (
            <Asked label={d.publish} {...d.askPublish} danger={false} disabled={busy || !reach || planned.length === 0} onYes={() => void move(calls.publish)} />
          )}
          {fair.state === "published" && (
            <Asked label={d.closeFair} {...d.askClose} danger disabled={busy || !reach} onYes={() => void move(calls.close)} />
          )}
          {fair.state !== "draft" && (
            <p role="status" className={`connection ${live.connection}`}>
              {t[live.connection]}
            </p>
          )}
        </div>
      </section>
      {fair.state !== "draft" && <Numbers fair={fair} halls={halls} tools={tools} live={live} />}
    </>
  );
}

function Numbers({ fair, halls, tools, live }: Omit<LiveTabProps, "view">): ReactElement {
  const sales = useSales(fair.slug, "", live.picture, tools.refused);
  if (sales.value === null) return <Reading of={sales} />;
  return <Floor sales={sales.value} names={new Map(halls.map((one) => [one.hall, one.name]))} />;
}

function Floor({ sales, names }: { readonly sales: Sales; readonly names: ReadonlyMap<string, Readonly<Record<string, string>>> }): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const whole = together(sales.halls);
  const all = floorOf(whole);
  const amount = whole.sold.amount_minor;
  const rows = sales.halls.map((one) => ({ name: nameIn(names.get(one.hall), language, t.hall(one.hall)), standing: one }));
  return (
    <>
      <section className="card" aria-label={d.numbersNow}>
        <h2>{d.numbersNow}</h2>
        <ul className="tiles">
          <Tile name={d.soldShare} parts={[whole.sold, whole.reserved]} all={all} />
          <Tile name={d.onHold} parts={[whole.held]} all={all} />
          <Tile name={d.freeLeft} parts={[whole.free]} all={all} />
          <Tile name={d.outOfSale} parts={[whole.blocked]} all={all} />
          {amount > 0 && (
            <li>
              <span className="quiet">{d.worth}</span>
              <strong>{moneyIn(amount, sales.currency, language)}</strong>
              <span className="quiet">{d.boothsAndArea(whole.sold.booths, areaIn(whole.sold.area_m2, language))}</span>
            </li>
          )}
        </ul>
        <FloorBar standing={whole} id="whole" />
        <FloorKey id="key" />
      </section>
      <section className="card" aria-label={d.floorBy}>
        <h2>{d.floorBy}</h2>
        <ul className="hall-bars">
          {rows.map(({ name, standing }, n) => (
            <li key={name}>
              <span>{name}</span>
              <FloorBar standing={standing} id={`hall-${n}`} />
              <span className="quiet">{shareIn(standing.sold.area_m2 + standing.reserved.area_m2, floorOf(standing), language)}</span>
            </li>
          ))}
        </ul>
        <FloorTable caption={d.floorBy} head={d.hallWord} rows={[...rows, ...(rows.length > 1 ? [{ name: d.whole, standing: whole }] : [])]} />
      </section>
    </>
  );
}

interface TileProps {
  readonly name: string;
  readonly parts: readonly { readonly booths: number; readonly area_m2: number }[];
  readonly all: number;
}

function Tile({ name, parts, all }: TileProps): ReactElement {
  const { d, language } = useDeskSpeech();
  const area = parts.reduce((sum, one) => sum + one.area_m2, 0);
  const booths = parts.reduce((sum, one) => sum + one.booths, 0);
  return (
    <li>
      <span className="quiet">{name}</span>
      <strong>{shareIn(area, all, language)}</strong>
      <span className="quiet">{d.boothsAndArea(booths, areaIn(area, language))}</span>
    </li>
  );
}
