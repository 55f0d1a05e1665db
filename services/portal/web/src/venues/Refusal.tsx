import type { ReactElement } from "react";

import type { Problem } from "../api/problem.ts";
import type { Alternative } from "../api/types.ts";
import { refusal, useSpeech, type Language } from "../texts/index.ts";
import { listIn, whenIn } from "./words.ts";

interface Props {
  readonly problem: Problem;
  readonly zone: string;
  readonly names: ReadonlyMap<string, string>;
  readonly busy: boolean;
  readonly onTake: (uses: Alternative["uses"]) => void;
}

/** Why spaces cannot be had, and what could be had instead, to be taken with one press. */
export function Refusal({ problem, zone, names, busy, onTake }: Props): ReactElement {
  const { t, language } = useSpeech();
  return (
    <div role="alert" className="refusal">
      <p>{refusal(problem, t)}</p>
      <Reasons problem={problem} zone={zone} />
      {problem.alternatives.length > 0 && <p>{t.couldBeHad}</p>}
      <ul>
        {problem.alternatives.map((one, n) => (
          <li key={n}>
            <button type="button" disabled={busy} onClick={() => onTake(one.uses)}>
              {alternativeText(one, names, language, zone)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of these the service's details say no more than the sentence does. */
const SAID = ["time-reversed", "time-empty", "time-past"];

/** What stands in the way and when; and what was filled in wrongly, with its remedy, to those who read the language of the services. */
function Reasons({ problem, zone }: { readonly problem: Problem; readonly zone: string }): ReactElement | null {
  const { t, language } = useSpeech();
  const times = new Set<string>();
  const details = new Set<string>();
  for (const item of [...problem.items, ...problem.errors]) {
    if (item.start !== undefined && item.end !== undefined) {
      const state = (t.spaceState as Readonly<Record<string, string>>)[item.state ?? ""] ?? "";
      times.add(`${whenIn(language, Date.parse(item.start), Date.parse(item.end), zone)}: ${state}`);
    } else if (language === "en" && !SAID.includes(problem.slug)) {
      details.add([item.problem, item.remedy].filter((part) => part !== undefined).join("; "));
    }
  }
  details.delete("");
  if (times.size + details.size === 0) return null;
  return (
    <ul>
      {[...times].map((line) => (
        <li key={line}>{line}</li>
      ))}
      {[...details].map((line) => (
        <li key={line} lang="en">
          {line}
        </li>
      ))}
    </ul>
  );
}

function alternativeText(one: Alternative, names: ReadonlyMap<string, string>, language: Language, zone: string): string {
  const spaces = listIn(language, one.uses.map((use) => names.get(use.space) ?? use.space));
  const starts = one.uses.map((use) => Date.parse(use.start));
  const ends = one.uses.map((use) => Date.parse(use.end));
  return `${spaces}: ${whenIn(language, Math.min(...starts), Math.max(...ends), zone)}`;
}
