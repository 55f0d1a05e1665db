import { useId, useState, type FormEvent, type ReactElement } from "react";

import type { VenueSpace } from "../api/types.ts";
import { nameIn, useSpeech, type Texts } from "../texts/index.ts";
import { isNarrowed, NOTHING_SOUGHT, type Sought } from "./address.ts";
import { ExhibitorSearch } from "./ExhibitorSearch.tsx";

interface Props {
  readonly sought: Sought;
  readonly zone: string;
  readonly spaces: readonly VenueSpace[];
  /** Whether there are other exhibitors than the reader. */
  readonly byExhibitor: boolean;
  readonly onSought: (sought: Sought) => void;
}

/** On a phone the form would fill the screen before the first entry. */
const ROOMY = "(min-width: 700px)";

/** What is looked for: a booth or a space, an exhibitor, a kind of event, a time. */
export function SearchForm({ sought, zone, spaces, byExhibitor, onSought }: Props): ReactElement {
  const { t, language } = useSpeech();
  const words = t.happenings;
  const id = useId();
  const [draft, setDraft] = useState(sought);
  const put = (some: Partial<Sought>): void => setDraft((before) => ({ ...before, ...some }));
  const reversed = draft.from !== "" && draft.until !== "" && draft.until <= draft.from;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!reversed) onSought({ ...draft, booth: draft.booth.trim() });
  };
  const ofFair = sought.fair !== "";
  return (
    <search>
      <details className="card sought-fold" open={isNarrowed(sought) || matchMedia(ROOMY).matches}>
        <summary>{words.search}</summary>
        <form className="sought" aria-label={words.search} onSubmit={submit}>
          {ofFair ? (
            <div>
              <label htmlFor={`${id}-booth`}>{words.booth}</label>
              <input
                id={`${id}-booth`}
                type="search"
                autoComplete="off"
                placeholder={words.boothHint}
                value={draft.booth}
                onChange={(event) => put({ booth: event.target.value })}
              />
            </div>
          ) : (
            <div>
              <label htmlFor={`${id}-space`}>{t.space}</label>
              <select id={`${id}-space`} value={draft.space} onChange={(event) => put({ space: event.target.value })}>
                <option value="">{words.anySpace}</option>
                {spaces.map((one) => (
                  <option key={one.space} value={one.space}>
                    {nameIn(one.name, language, one.space)}
                  </option>
                ))}
              </select>
            </div>
          )}
          {ofFair && byExhibitor && <ExhibitorSearch fair={sought.fair} exhibitor={draft.exhibitor} onExhibitor={(exhibitor) => put({ exhibitor })} />}
          <div>
            <label htmlFor={`${id}-kind`}>{words.kind}</label>
            <select id={`${id}-kind`} value={draft.kind} onChange={(event) => put({ kind: event.target.value })}>
              <option value="">{words.anyKind}</option>
              {kindsOf(ofFair, t).map(([kind, name]) => (
                <option key={kind} value={kind}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor={`${id}-from`}>{words.from}</label>
            <input id={`${id}-from`} type="datetime-local" value={draft.from} onChange={(event) => put({ from: event.target.value })} />
          </div>
          <div>
            <label htmlFor={`${id}-until`}>{words.until}</label>
            <input
              id={`${id}-until`}
              type="datetime-local"
              value={draft.until}
              aria-invalid={reversed}
              aria-describedby={`${id}-wrong`}
              onChange={(event) => put({ until: event.target.value })}
            />
          </div>
          <p className="actions">
            <button type="submit" className="primary">
              {words.show}
            </button>
            {isNarrowed(sought) && (
              <button type="button" onClick={() => onSought({ ...NOTHING_SOUGHT, fair: sought.fair, venue: sought.venue })}>
                {words.clear}
              </button>
            )}
          </p>
          <p className="quiet zone">
            {words.zone(zone)}{" "}
            <strong id={`${id}-wrong`} role="alert" className="urgent">
              {reversed && words.reversed}
            </strong>
          </p>
        </form>
      </details>
    </search>
  );
}

/** The kinds of events of a fair, or of a venue, with their names. */
function kindsOf(ofFair: boolean, t: Texts): readonly (readonly [string, string])[] {
  if (!ofFair) return Object.entries(t.happened).map(([kind, name]) => [`space.${kind}`, name]);
  return [...Object.entries(t.happenedToBooths).map(([kind, name]) => [`reservation.${kind}`, name] as const), ["booth.state", t.happenings.boothState]];
}
