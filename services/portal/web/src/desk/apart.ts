import { widthEm } from "../plan/glyphs.ts";

const SIZE_PX = 13;
const BETWEEN_EM = 0.7;

/** The names under so many bars in a row of that width; where they would run together only every second, third, … is told. */
export function apart(names: readonly string[], widthPx: number): (string | null)[] {
  const longest = Math.max(0, ...names.map(widthEm));
  const every = Math.max(1, Math.ceil((names.length * (longest + BETWEEN_EM) * SIZE_PX) / widthPx));
  return names.map((name, n) => (n % every === 0 ? name : null));
}
