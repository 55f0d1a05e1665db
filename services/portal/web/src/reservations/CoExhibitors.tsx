import { useEffect, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Exhibitor, Reservation } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";
import { ExhibitorName } from "./ExhibitorName.tsx";

interface Props {
  readonly reservation: Reservation;
  /** Whether the reader may change them. */
  readonly changing: boolean;
  readonly disabled: boolean;
  readonly onSave: (exhibitors: readonly string[]) => void;
}

/** Who stands with the main exhibitor, and, for whom that is to say, a way to change it. */
export function CoExhibitors({ reservation, changing, disabled, onSave }: Props): ReactElement | null {
  const { t } = useSpeech();
  const [draft, setDraft] = useState<readonly string[] | null>(null);
  const now = reservation.co_exhibitors;
  if (draft !== null && changing) {
    return (
      <div className="companions" role="group" aria-label={t.coExhibitors}>
        <span className="ask">{t.coExhibitors}</span>
        <Chips ids={draft} onRemove={(id) => setDraft(draft.filter((one) => one !== id))} />
        <Finder
          fair={reservation.fair}
          without={[reservation.exhibitor, ...draft]}
          onFound={(id) => setDraft([...draft, id])}
        />
        <div className="actions">
          <button
            type="button"
            className="primary"
            disabled={disabled}
            onClick={() => {
              setDraft(null);
              onSave(draft);
            }}
          >
            {t.save}
          </button>
          <button type="button" onClick={() => setDraft(null)}>
            {t.leaveAsIs}
          </button>
        </div>
      </div>
    );
  }
  if (now.length === 0 && !changing) return null;
  return (
    <div className="companions">
      {now.length > 0 && <span className="quiet">{t.coExhibitors}</span>}
      <Chips ids={now} />
      {changing && (
        <button type="button" className="plain" disabled={disabled} onClick={() => setDraft(now)}>
          {now.length === 0 ? t.addCoExhibitors : t.change}
        </button>
      )}
    </div>
  );
}

function Chips({ ids, onRemove }: { readonly ids: readonly string[]; readonly onRemove?: (id: string) => void }): ReactElement | null {
  const { t } = useSpeech();
  if (ids.length === 0) return null;
  return (
    <ul className="chips">
      {ids.map((id) => (
        <li key={id}>
          <ExhibitorName id={id} />
          {onRemove && (
            <button type="button" className="plain" onClick={() => onRemove(id)} aria-label={t.removeBooth(id)}>
              ✕
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

const TYPED_MIN = 2;
const SHOWN_MAX = 6;
const PAUSE_MS = 250;

interface FinderProps {
  readonly fair: string;
  readonly without: readonly string[];
  readonly onFound: (exhibitor: string) => void;
}

/** The fair's exhibitors whose names begin so; asked when the typing pauses. */
function Finder({ fair, without, onFound }: FinderProps): ReactElement {
  const { t, language } = useSpeech();
  const [sought, setSought] = useState("");
  const [found, setFound] = useState<readonly Exhibitor[]>([]);
  useEffect(() => {
    setFound([]);
    if (sought.trim().length < TYPED_MIN) return;
    const stop = new AbortController();
    const handle = setTimeout(() => {
      // Where they cannot be had now, the next letter asks again.
      calls.findExhibitors(fair, sought.trim(), stop.signal).then(setFound, () => undefined);
    }, PAUSE_MS);
    return () => {
      clearTimeout(handle);
      stop.abort();
    };
  }, [fair, sought]);
  return (
    <>
      <input type="search" value={sought} onChange={(event) => setSought(event.target.value)} placeholder={t.findExhibitor} aria-label={t.findExhibitor} />
      <ul className="found">
        {found
          .filter(({ id }) => !without.includes(id))
          .slice(0, SHOWN_MAX)
          .map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className="plain"
                onClick={() => {
                  setSought("");
                  onFound(one.id);
                }}
              >
                + {one.names?.[language] ?? one.name}
              </button>
            </li>
          ))}
      </ul>
    </>
  );
}
