import { useCallback, useEffect, useState } from "react";

import * as calls from "../api/calls.ts";
import type { Fair } from "../api/types.ts";
import { addDays, instantOf } from "../venues/time.ts";
import { NO_PRICES, pricesOf, type Prices } from "./prices.ts";

const WAIT_MAX_MS = 2 ** 31 - 1;

/** A fair's prices today; read again when the day comes after which they change, and when somebody asks for it. */
export function usePrices({ slug, time_zone: zone }: Fair, onRefused: (error: unknown) => void): readonly [Prices, () => void] {
  const [prices, setPrices] = useState<Prices>(NO_PRICES);
  const [turn, setTurn] = useState(0);
  const again = useCallback((): void => setTurn((n) => n + 1), []);
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    calls.prices(slug).then(
      (told) => {
        if (!wanted) return;
        setPrices(pricesOf(told));
        if (told.until === null) return;
        // By the server's clock; the reader's may be wrong.
        const left = instantOf(`${addDays(told.until, 1)}T00:00`, zone) - Date.parse(told.server_now);
        timer = setTimeout(again, Math.min(Math.max(left, 0) + 1_000, WAIT_MAX_MS));
      },
      (error: unknown) => wanted && onRefused(error),
    );
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [slug, zone, turn, again, onRefused]);
  return [prices, again];
}
