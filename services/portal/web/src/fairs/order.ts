/** In which order fairs are listed. */

import type { Fair } from "../api/types.ts";

/** Those to come first, the next one at the top; then those that are over, the last one first. */
export function inOrder(fairs: readonly Fair[], todayOf: (fair: Fair) => string): readonly Fair[] {
  const over = (fair: Fair): boolean => fair.ends < todayOf(fair);
  return fairs.toSorted((a, b) => {
    if (over(a) !== over(b)) return over(a) ? 1 : -1;
    return over(a) ? b.ends.localeCompare(a.ends) : a.starts.localeCompare(b.starts);
  });
}
