import type { Language } from "../texts/index.ts";

/** The locales that the services word dates in; the page says moments as they do. */
const LOCALES: Readonly<Record<Language, string>> = { zh: "zh-CN", ru: "ru", en: "en-GB" };

/** An instant on a zone's clock, with the zone, as in `26 November 2026, 00:03 (UTC+08:00)`. */
export function momentIn(language: Language, at: string, timeZone: string | undefined): string {
  const instant = new Date(at);
  const zone = { timeZone: timeZone ?? "UTC" };
  const date = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: "long", ...zone }).format(instant);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone }).format(instant);
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset", ...zone }).formatToParts(instant);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "") || "+00:00";
  return language === "zh" ? `${date} ${time}（UTC${offset}）` : `${date}, ${time} (UTC${offset})`;
}
