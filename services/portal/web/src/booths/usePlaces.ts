import { useMemo, useRef } from "react";

import type { BoothNow } from "../api/types.ts";
import { numberOf } from "../plan/numbers.ts";
import type { BoothPlace } from "./standing.ts";

/** Where every booth of a fair is that stands on its plans; the same for as long as none comes or goes. */
export function usePlaces(booths: ReadonlyMap<string, BoothNow>): readonly BoothPlace[] {
  const last = useRef<readonly BoothPlace[]>([]);
  return useMemo(() => {
    const labels = [...booths.values()].filter(({ state }) => state !== "withdrawn").map(({ booth }) => booth);
    const same = labels.length === last.current.length && labels.every((booth, n) => last.current[n]?.booth === booth);
    if (!same) last.current = labels.map((booth) => ({ booth, number: numberOf(booth) }));
    return last.current;
  }, [booths]);
}
