import type { ReactElement } from "react";

import type { Timeline, TimelineEntry, VenueSpace } from "../api/types.ts";
import { nameIn, useSpeech } from "../texts/index.ts";
import { idOf } from "./bars.ts";
import { listIn, stateOf, whenIn } from "./words.ts";

interface Props {
  readonly spaces: readonly VenueSpace[];
  readonly timeline: Timeline;
  readonly zone: string;
  readonly onOpen: (entry: TimelineEntry) => void;
}

/** The same as the timeline, to be read in a row. */
export function TimelineList({ spaces, timeline, zone, onOpen }: Props): ReactElement {
  const { t, language } = useSpeech();
  const names = new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)]));
  const called = (entry: TimelineEntry): string =>
    listIn(language, entry.uses.map((use) => names.get(use.space) ?? use.space));
  const when = (entry: TimelineEntry): string => {
    const starts = entry.uses.map((use) => Date.parse(use.start));
    const ends = entry.uses.map((use) => Date.parse(use.end));
    return whenIn(language, Math.min(...starts), Math.max(...ends), zone);
  };
  if (timeline.entries.length === 0) return <p className="quiet">{t.nothingBooked}</p>;
  return (
    <table className="timeline-list">
      <thead>
        <tr>
          <th scope="col">{t.time}</th>
          <th scope="col">{t.spaces}</th>
          <th scope="col">{t.event}</th>
          <th scope="col">{t.stateWord}</th>
        </tr>
      </thead>
      <tbody>
        {timeline.entries.map((entry, n) => (
          <tr key={entry.booking ?? n}>
            <td>{when(entry)}</td>
            <td>{called(entry)}</td>
            <td>
              {entry.booking ? (
                <button type="button" className="plain" onClick={() => onOpen(entry)}>
                  {entry.title || t.untitled}
                </button>
              ) : (
                t.taken
              )}
            </td>
            <td>{stateOf(entry, t)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
