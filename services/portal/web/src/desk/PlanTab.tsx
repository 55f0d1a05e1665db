import { useCallback, useMemo, useState, type ReactElement } from "react";

import type { BoothNow, Hall, PlanFeature, Reservation } from "../api/types.ts";
import type { Notice } from "../notices.tsx";
import { AlsoIn } from "../booths/AlsoIn.tsx";
import { usePlaces } from "../booths/usePlaces.ts";
import { FloorPlan } from "../plan/FloorPlan.tsx";
import { NO_FEATURES, usePlan } from "../plan/usePlan.ts";
import { NO_PRICES } from "../prices/prices.ts";
import { PrintedFair } from "../print/PrintedFair.tsx";
import { nameIn } from "../texts/index.ts";
import { deskHash } from "./address.ts";
import { BoothDialog } from "./BoothDialog.tsx";
import { BoothTable } from "./BoothTable.tsx";
import { BlockDialog } from "./BlockDialog.tsx";
import * as calls from "./calls.ts";
import { grouped } from "./grouped.ts";
import { ImportPlan } from "./ImportPlan.tsx";
import type { LiveTabProps } from "./Overview.tsx";
import { Refused } from "../Refused.tsx";
import { useCurrentInView } from "../useCurrentInView.ts";
import { useDeskSpeech } from "./texts/index.ts";
import { useNames, useTaken } from "./useDesk.ts";

interface Props extends LiveTabProps {
  readonly onHalls: () => Promise<void>;
}

/** The floor with its sales state and who is where; booths leave the sale here and come back. */
export function PlanTab({ fair, halls, view, tools, live, onHalls }: Props): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const [importing, setImporting] = useState(false);
  const planned = halls.filter(({ booths }) => booths > 0);
  const hall = planned.find((one) => one.hall === view.hall) ?? planned[0];
  const row = useCurrentInView(hall?.hall, language);
  if (importing || hall === undefined) {
    return (
      <ImportPlan
        fair={fair}
        halls={halls}
        first={view.hall || hall?.hall || ""}
        tools={tools}
        onDone={async (into) => {
          await onHalls();
          location.hash = deskHash({ fair: fair.slug, tab: "plan", hall: into });
        }}
        onLeave={hall === undefined ? null : () => setImporting(false)}
      />
    );
  }
  return (
    <>
      <div className="desk-bar">
        <nav className="halls" aria-label={t.halls} ref={row}>
          {planned.map((one) => (
            <a
              key={one.hall}
              href={deskHash({ fair: fair.slug, tab: "plan", hall: one.hall })}
              aria-current={one === hall ? "page" : undefined}
            >
              {nameIn(one.name, language, t.hall(one.hall))} <span className="count">{one.booths}</span>
            </a>
          ))}
        </nav>
        <button type="button" onClick={() => setImporting(true)} disabled={fair.state === "closed"}>
          {d.importPlan}
        </button>
      </div>
      {fair.state === "draft" && <p className="quiet">{d.draftPlan}</p>}
      <HallDesk key={hall.hall} fair={fair} hall={hall} halls={planned} tools={tools} live={live} />
    </>
  );
}

type HallProps = Pick<Props, "fair" | "tools" | "live"> & { readonly hall: Hall; readonly halls: readonly Hall[] };

function HallDesk({ fair, hall, halls, tools, live }: HallProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const { acted, refused, say } = tools;
  const { picture, connection } = live;
  const plan = usePlan(fair.slug, hall.hall, hall.booths, refused);
  const features = plan.value ?? NO_FEATURES;
  const booths = useStates(features, picture.booths, fair.state === "draft");
  const places = usePlaces(picture.booths);
  const taken = useTaken(fair.slug, fair.state !== "draft", picture, refused);
  const names = useNames(fair.slug, language, 0);
  const who = useMemo(() => {
    const found = new Map<string, string>();
    for (const one of taken.value?.values() ?? []) if (one.exhibitor !== null) found.set(one.booth, names.get(one.exhibitor) ?? one.exhibitor);
    return found;
  }, [taken.value, names]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [seen, setSeen] = useState<ReadonlySet<string> | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [blocking, setBlocking] = useState(false);
  const [busy, setBusy] = useState(false);
  const toggle = useCallback((booth: string): void => {
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(booth)) after.add(booth);
      return after;
    });
  }, []);
  const free = [...chosen].filter((one) => booths.get(one)?.state === "free");
  const blocked = [...chosen].filter((one) => booths.get(one)?.state === "blocked");
  const commanding = connection === "live" && fair.state !== "draft" && !busy;

  /** Throws where it is refused: whoever asked says so in its place. */
  async function move(send: () => Promise<unknown>, done: Notice): Promise<void> {
    setBusy(true);
    say(null);
    try {
      await send();
      say(done);
    } finally {
      setBusy(false);
      void taken.again();
      acted();
    }
  }

  /** The opposite command; where it can no longer be done the refusal says why. */
  const undo = (send: () => Promise<unknown>): void => void move(send, { kind: "done", what: "undone" }).catch(refused);

  const blockedNow = (which: readonly string[]): Notice => ({
    kind: "undoable",
    what: "blocked",
    booths: which,
    undo: () => undo(() => calls.unblock(fair.slug, which)),
  });

  async function block(which: readonly string[], reason: string): Promise<void> {
    await move(() => calls.block(fair.slug, which, reason), blockedNow(which));
    setChosen(new Set());
  }

  async function release(which: readonly string[]): Promise<void> {
    const reasons = new Map(which.map((one) => [one, taken.value?.get(one)?.reason ?? ""]));
    const back = (): void => undo(() => blockAgain(fair.slug, reasons));
    await move(() => calls.unblock(fair.slug, which), { kind: "undoable", what: "released", booths: which, undo: back });
    setChosen(new Set());
  }

  return (
    <>
      {[plan, taken].map(({ problem, again }, n) => problem !== null && <Refused key={n} problem={problem} onAgain={again} />)}
      <div className="columns">
        <FloorPlan
          hall={hall}
          features={features}
          booths={booths}
          chosen={chosen}
          mine={NOBODYS}
          choosing={false}
          seen={seen}
          who={who}
          onToggle={toggle}
        >
          {fair.state !== "draft" && (
            <p role="status" className={`connection ${connection}`}>
              {t[connection]}
            </p>
          )}
        </FloorPlan>
        {chosen.size > 0 && (
          <section className="selection-bar" aria-label={t.selection}>
            <p role="status">{d.chosenWord(chosen.size)}</p>
            <ul className="chips">
              {[...chosen].toSorted().map((one) => (
                <li key={one}>
                  <button type="button" aria-label={t.removeBooth(one)} onClick={() => toggle(one)}>
                    {one} ✕
                  </button>
                </li>
              ))}
            </ul>
            <button type="button" className="plain" onClick={() => setChosen(new Set())}>
              {d.clearChoice}
            </button>
            {chosen.size === 1 && (
              <button type="button" onClick={() => setOpen([...chosen][0] ?? null)}>
                {d.details}
              </button>
            )}
            {free.length > 0 && (
              <button type="button" className="primary" disabled={!commanding} onClick={() => setBlocking(true)}>
                {d.blockFree(free.length)}
              </button>
            )}
            {blocked.length > 0 && (
              <button type="button" className="primary" disabled={!commanding} onClick={() => void release(blocked).catch(refused)}>
                {d.release(blocked.length)}
              </button>
            )}
            {free.length + blocked.length === 0 && <span className="quiet">{d.nothingToDo}</span>}
          </section>
        )}
        <BoothTable
          fair={fair}
          features={features}
          booths={booths}
          who={who}
          chosen={chosen}
          onToggle={toggle}
          onSeen={setSeen}
          onOpen={setOpen}
          also={(fits) => (
            <AlsoIn places={places} here={hall.hall} halls={halls} to={(one) => deskHash({ fair: fair.slug, tab: "plan", hall: one })} fits={fits} />
          )}
        />
      </div>
      <PrintedFair
        fair={fair}
        hall={hall}
        features={features}
        shown={features}
        booths={booths}
        mine={NOBODYS}
        prices={NO_PRICES}
        reservations={NO_RESERVATIONS}
        exhibitor={null}
        who={who}
      />
      {blocking && (
        <BlockDialog
          free={free}
          states={booths}
          commanding={commanding}
          onBlock={block}
          onFound={(which) => {
            setChosen(new Set());
            say(blockedNow(which));
          }}
          onRefused={refused}
          onClose={() => setBlocking(false)}
        />
      )}
      {open !== null && (
        <BoothDialog
          booth={open}
          fair={fair}
          feature={features.find(({ properties }) => properties.booth === open)}
          now={booths.get(open)}
          taken={taken.value?.get(open) ?? null}
          called={(exhibitor) => names.get(exhibitor) ?? exhibitor}
          commanding={commanding}
          onBlock={(reason) => block([open], reason)}
          onRelease={() => release([open])}
          onStep={(done) => {
            say({ kind: "done", what: done });
            void taken.again();
            acted();
          }}
          onRefused={refused}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

const NOBODYS: ReadonlySet<string> = new Set();
const NO_RESERVATIONS: readonly Reservation[] = [];

/** Each with the reason that it had; booths of one reason go together. */
async function blockAgain(fair: string, reasons: ReadonlyMap<string, string>): Promise<void> {
  const byReason = grouped(reasons, ([, reason]) => reason);
  for (const [reason, booths] of byReason) await calls.block(fair, booths.map(([one]) => one), reason);
}

/** As the picture has them; before a fair is published all that its plan has is simply there. */
function useStates(
  features: readonly PlanFeature[],
  booths: ReadonlyMap<string, BoothNow>,
  draft: boolean,
): ReadonlyMap<string, BoothNow> {
  return useMemo(() => {
    if (!draft) return booths;
    const planned = features.map(({ properties: { booth, area_m2 } }): [string, BoothNow] => [booth, { booth, area_m2, state: "free", version: 0 }]);
    return new Map(planned);
  }, [features, booths, draft]);
}
