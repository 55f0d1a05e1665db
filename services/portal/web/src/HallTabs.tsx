import type { ReactElement } from "react";

import type { Fair, Hall } from "./api/types.ts";
import { placeHash } from "./landing.ts";
import { nameIn, useSpeech } from "./texts/index.ts";
import { useCurrentInView } from "./useCurrentInView.ts";

interface Props {
  readonly fair: Fair;
  readonly halls: readonly Hall[];
  readonly hall: Hall | undefined;
}

/** The fair's halls; where they do not fit they scroll, and the chosen one comes into view. */
export function HallTabs({ fair, halls, hall }: Props): ReactElement {
  const { t, language } = useSpeech();
  const row = useCurrentInView(hall?.hall, language);
  return (
    <nav className="halls" aria-label={t.halls} ref={row}>
      {halls.map((one) => (
        <a key={one.hall} href={placeHash(fair.slug, one.hall)} aria-current={one === hall ? "page" : undefined}>
          {nameIn(one.name, language, t.hall(one.hall))} <span className="count">{one.booths}</span>
        </a>
      ))}
    </nav>
  );
}
