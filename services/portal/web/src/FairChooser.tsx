import type { ReactElement } from "react";

import type { Fair } from "./api/types.ts";
import { showDays } from "./fairs/dates.ts";
import { titlesOf } from "./landing.ts";
import { nameIn, useSpeech } from "./texts/index.ts";

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
    (one) => showDays(one, language),
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
      {fair !== undefined && <span className="quiet dates">{showDays(fair, language)}</span>}
    </>
  );
}
