/** How wide text is about, in parts of its size, without asking the browser. */

const WIDE_EM = 1;
export const NARROW_EM = 0.66;

/** Chinese characters and their like are as wide as they are high. */
export function emOf(glyph: string): number {
  return (glyph.codePointAt(0) ?? 0) >= 0x2e80 ? WIDE_EM : NARROW_EM;
}

export function widthEm(text: string): number {
  return [...text].reduce((sum, glyph) => sum + emOf(glyph), 0);
}
