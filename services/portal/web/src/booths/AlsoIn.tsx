import type { ReactElement } from "react";

import type { Hall } from "../api/types.ts";
import { nameIn, useSpeech } from "../texts/index.ts";
import { elsewhere } from "./elsewhere.ts";
import type { BoothPlace } from "./standing.ts";

interface Props {
  readonly places: readonly BoothPlace[];
  /** The hall in view. */
  readonly here: string;
  readonly halls: readonly Hall[];
  /** The address of a hall. */
  readonly to: (hall: string) => string;
  /** Whether a booth is what is looked for; null where nothing is. */
  readonly fits: ((booth: string) => boolean) | null;
}

/** A number may be in every hall of a large fair. */
const SHOWN_MAX = 8;

/** The other halls in which something fits what is looked for. */
export function AlsoIn({ places, here, halls, to, fits }: Props): ReactElement {
  const { t, language } = useSpeech();
  const found = fits === null ? [] : elsewhere(places, here, fits);
  const nameOf = (hall: string): string => nameIn(halls.find((one) => one.hall === hall)?.name, language, t.hall(hall));
  return (
    <p role="status" className={found.length === 0 ? "unseen" : "also-in"}>
      {found.length > 0 && t.alsoIn}{" "}
      {found.slice(0, SHOWN_MAX).map(({ hall, count }) => (
        <a key={hall} href={to(hall)}>
          {nameOf(hall)} <span className="count">{count}</span>
        </a>
      ))}
      {found.length > SHOWN_MAX && "…"}
    </p>
  );
}
