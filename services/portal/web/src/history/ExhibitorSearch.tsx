import { useEffect, useId, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Exhibitor } from "../api/types.ts";
import { ExhibitorName } from "../reservations/ExhibitorName.tsx";
import { useSpeech } from "../texts/index.ts";

const TYPED_MIN = 2;
const SHOWN_MAX = 8;
const PAUSE_MS = 250;

interface Props {
  readonly fair: string;
  readonly exhibitor: string;
  readonly onExhibitor: (exhibitor: string) => void;
}

/** One of the fair's exhibitors, found by its name. */
export function ExhibitorSearch({ fair, exhibitor, onExhibitor }: Props): ReactElement {
  const { t, language } = useSpeech();
  const words = t.happenings;
  const id = useId();
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<readonly Exhibitor[] | null>(null);
  useEffect(() => {
    setFound(null);
    if (typed.trim().length < TYPED_MIN) return;
    const stop = new AbortController();
    const handle = setTimeout(() => {
      // Where they cannot be had now, the next letter asks again.
      calls.findExhibitors(fair, typed.trim(), stop.signal).then(setFound, () => undefined);
    }, PAUSE_MS);
    return () => {
      clearTimeout(handle);
      stop.abort();
    };
  }, [fair, typed]);
  if (exhibitor !== "") {
    return (
      <div className="sought-exhibitor">
        <span className="label">{words.exhibitor}</span>
        <p className="chosen">
          <ExhibitorName id={exhibitor} />
          <button type="button" className="plain" aria-label={words.otherExhibitor} onClick={() => onExhibitor("")}>
            ✕
          </button>
        </p>
      </div>
    );
  }
  return (
    <div className="sought-exhibitor">
      <label htmlFor={id}>{words.exhibitor}</label>
      <input
        id={id}
        type="search"
        autoComplete="off"
        placeholder={t.findExhibitor}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        aria-describedby={`${id}-found`}
      />
      <p id={`${id}-found`} role="status" className="unseen">
        {found !== null && words.found(found.length)}
      </p>
      {found !== null && (
        <ul className="suggestions">
          {found.length === 0 && <li className="quiet">{words.found(0)}</li>}
          {found.slice(0, SHOWN_MAX).map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className="plain"
                onClick={() => {
                  setTyped("");
                  onExhibitor(one.id);
                }}
              >
                {one.names?.[language] ?? one.name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
