/** Names on the plan: as much of them as fits. */

import type { Box } from "./geometry.ts";
import { emOf, NARROW_EM, widthEm } from "./glyphs.ts";

const PADDING_PX = 3;
/** As large as a label is at most. */
const SIZE_PX = 13;
/** Less of a name than this tells nothing. */
const SHOWN_EM_MIN = 2.6;

/** As much of a name as is as wide as a box at this scale (pixels a metre); null where that tells nothing. */
export function nameFor(name: string, box: Box, scale: number): string | null {
  const room = (box.width * scale - 2 * PADDING_PX) / SIZE_PX;
  const glyphs = [...name];
  if (widthEm(name) <= room) return name;
  let shown = 0;
  let used = NARROW_EM;
  while (shown < glyphs.length && used + emOf(glyphs[shown] ?? "") <= room) {
    used += emOf(glyphs[shown] ?? "");
    shown += 1;
  }
  return used - NARROW_EM < SHOWN_EM_MIN ? null : `${glyphs.slice(0, shown).join("").trimEnd()}…`;
}
