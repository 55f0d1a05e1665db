import type { ReactElement } from "react";

import { useSpeech } from "../texts/index.ts";
import type { Elsewhere } from "./elsewhere.ts";

interface Props {
  readonly found: readonly Elsewhere[];
  readonly nameOf: (hall: string) => string;
  /** The address of a hall. */
  readonly to: (hall: string) => string;
}

/** A number may be in every hall of a large fair. */
const SHOWN_MAX = 8;

/** The other halls in which something fits what is looked for. */
export function AlsoIn({ found, nameOf, to }: Props): ReactElement {
  const { t } = useSpeech();
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
