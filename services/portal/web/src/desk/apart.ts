const LETTER_PX = 8;
/** Chinese characters take two letters' room. */
const WIDE = /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u;

const lettersOf = (name: string): number => [...name].reduce((sum, one) => sum + (WIDE.test(one) ? 2 : 1), 0);

/** The names under so many bars in a row of that width; where they would run together only every second, third, … is told. */
export function apart(names: readonly string[], widthPx: number): (string | null)[] {
  const longest = Math.max(0, ...names.map(lettersOf));
  const every = Math.max(1, Math.ceil((names.length * (longest + 1) * LETTER_PX) / widthPx));
  return names.map((name, n) => (n % every === 0 ? name : null));
}
