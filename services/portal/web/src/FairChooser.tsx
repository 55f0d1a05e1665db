import type { ReactElement } from "react";

import type { Fair } from "./api/types.ts";
import { titlesOf } from "./landing.ts";
import { nameIn, useSpeech, type Language } from "./texts/index.ts";

interface Props {
  readonly fairs: readonly Fair[];
  readonly fair: Fair | undefined;
  readonly onFair: (slug: string) => void;
}

/** The fair in view with its dates, and a choice where there are several. */
export function FairChooser({ fairs, fair, onFair }: Props): ReactElement {
  const { t, language } = useSpeech();
  const titles = titlesOf(
    fairs,
    (one) => nameIn(one.name, language, one.slug),
    (one) => dates(one, language),
  );
  return (
    <>
      {fairs.length > 1 ? (
        <select aria-label={t.fair} value={fair?.slug} onChange={(event) => onFair(event.target.value)}>
          {fairs.map((one, n) => (
            <option key={one.slug} value={one.slug}>
              {titles[n]}
            </option>
          ))}
        </select>
      ) : (
        <strong>{fair !== undefined && nameIn(fair.name, language, fair.slug)}</strong>
      )}
      {fair !== undefined && <span className="quiet dates">{dates(fair, language)}</span>}
    </>
  );
}

/** The show days; dates of the calendar, so no time zone may shift them. */
function dates(fair: Fair, language: Language): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  return format.formatRange(new Date(fair.starts), new Date(fair.ends));
}
