/** Names on the plan: as much of them as fits. */

import type { Box } from "./geometry.ts";

const PADDING_PX = 4;
const WIDE_EM = 1;
const NARROW_EM = 0.58;
/** Under a number and a sign, and over the foot. */
const LINES = 4.4;
/** Less of a name than this tells nothing. */
const SHOWN_EM_MIN = 2.6;

/** As much of a name as fits into a box at this scale (pixels a metre), cut where it must be; null where that is nothing. */
export function nameFor(name: string, box: Box, scale: number, sizePx: number): string | null {
  if (box.height * scale < LINES * sizePx) return null;
  const room = (box.width * scale - 2 * PADDING_PX) / sizePx;
  const glyphs = [...name];
  if (widthOf(glyphs) <= room) return name;
  let shown = 0;
  let used = NARROW_EM;
  while (shown < glyphs.length && used + emOf(glyphs[shown] ?? "") <= room) {
    used += emOf(glyphs[shown] ?? "");
    shown += 1;
  }
  return used - NARROW_EM < SHOWN_EM_MIN ? null : `${glyphs.slice(0, shown).join("").trimEnd()}…`;
}

function widthOf(glyphs: readonly string[]): number {
  return glyphs.reduce((sum, glyph) => sum + emOf(glyph), 0);
}

/** Chinese characters and their like are as wide as they are high. */
function emOf(glyph: string): number {
  return (glyph.codePointAt(0) ?? 0) >= 0x2e80 ? WIDE_EM : NARROW_EM;
}
