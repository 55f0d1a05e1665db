import type { ReactElement } from "react";

import { placeIn } from "./Findings.tsx";
import { useDeskSpeech } from "./texts/index.ts";
import type { EntryChange, ImportReport } from "./types.ts";

const KINDS = ["created", "changed", "withdrawn", "unchanged"] as const;
const SHOWN_MAX = 300;

/** How many entries become what. */
export function Counts({ report, words }: { readonly report: ImportReport; readonly words: Readonly<Record<(typeof KINDS)[number], string>> }): ReactElement {
  return (
    <ul className="tiles small">
      {KINDS.filter((kind) => kind !== "withdrawn" || report.counts.withdrawn > 0).map((kind) => (
        <li key={kind} data-fate={kind}>
          <span className="quiet">{words[kind]}</span>
          <strong>{report.counts[kind]}</strong>
        </li>
      ))}
    </ul>
  );
}

export const changesIn = ({ counts }: ImportReport): number => counts.created + counts.changed + counts.withdrawn;

interface Props {
  readonly report: ImportReport;
  readonly words: Readonly<Record<EntryChange["kind"], string>>;
  readonly caption: string;
}

/** Each entry that becomes another, field by field. */
export function Changes({ report, words, caption }: Props): ReactElement | null {
  const { d } = useDeskSpeech();
  const all = changesIn(report);
  const shown = report.changes.slice(0, SHOWN_MAX);
  if (all === 0) return null;
  return (
    <>
      <div className="table-frame" tabIndex={0} role="region" aria-label={caption}>
        <table className="changes">
          <caption className="unseen">{caption}</caption>
          <tbody>
            {shown.map((one) => (
              <tr key={one.id} data-fate={one.kind}>
                <td>
                  <span className={`tag fate-${one.kind}`}>{words[one.kind]}</span>
                </td>
                <th scope="row">
                  {one.name}
                  {one.at !== "" && <small className="quiet"> {placeIn(one.at, d)}</small>}
                </th>
                <td>
                  <Fields change={one} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < all && <p className="quiet">{d.firstChanges(shown.length, all)}</p>}
    </>
  );
}

function Fields({ change }: { readonly change: EntryChange }): ReactElement {
  const { d } = useDeskSpeech();
  const word = (field: string): string => d.field[field] ?? field;
  // Of what is new or gone its name is told already, and what changes is everything.
  const fields = change.fields.filter(({ field }) => change.kind === "changed" || field !== "name");
  return (
    <ul className="field-changes">
      {fields.map(({ field, before, after }) => (
        <li key={field}>
          <span className="quiet">{word(field)}</span>{" "}
          {change.kind === "changed" && (before !== "" || after !== "") && (
            <>
              <del>{before || "—"}</del> → <ins>{after || "—"}</ins>
            </>
          )}
          {change.kind !== "changed" && <span>{after || before}</span>}
        </li>
      ))}
    </ul>
  );
}
