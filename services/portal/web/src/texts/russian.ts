/** Russian counts in three forms: 1 стенд, 2 стенда, 5 стендов. */

const plural = new Intl.PluralRules("ru");

export function counted(n: number, one: string, few: string, many: string): string {
  const form = plural.select(n);
  return `${n} ${form === "one" ? one : form === "few" ? few : many}`;
}
