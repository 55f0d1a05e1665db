/** What happened, in words: the event, what led to it, and whom it was told. */

import type { Cause, PastEvent, Told } from "../api/types.ts";
import type { Language, Texts } from "../texts/index.ts";
import { withOwnClock } from "../beside.ts";
import { listIn, whenIn } from "../venues/words.ts";

export function momentIn(language: Language, moment: string, zone: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23", timeZone: zone });
  return withOwnClock(format.format(Date.parse(moment)), language, [Date.parse(moment)], zone);
}

/** An event of a booking of spaces in words; one of a type that is younger than this page goes by its name. */
export function ofSpaces(event: PastEvent, names: ReadonlyMap<string, string>, language: Language, zone: string, t: Texts): string {
  const { kind, data, text } = read(event);
  const parts = [(t.happened as Words)[kind] ?? kind];
  if (kind === "rescheduled") parts.push(`${placesIn(data["former"], names, language, zone)} → ${placesIn(data["uses"], names, language, zone)}`);
  const rank = data["rank"];
  if (typeof rank === "number") parts.push(data["waits"] === true ? t.optionWaits(rank) : t.optionRank(rank));
  const deadline = text("expires_at") || text("answer_by");
  if (deadline !== "") parts.push(t.byThen(momentIn(language, deadline, zone)));
  const why = text("reason") || text("override");
  if (why !== "") parts.push(t.quoted(whyIn(why, t)));
  return parts.join(" · ");
}

/** An event of a reservation of booths, or of a booth by itself, in words, likewise. */
export function ofBooths(event: PastEvent, language: Language, zone: string, t: Texts): string {
  const { kind, data, text } = read(event);
  if (isBooth(event)) return text("state") === "blocked" ? t.happenings.boothBlocked : t.happenings.boothFree;
  const parts = [(t.happenedToBooths as Words)[kind] ?? kind];
  const count = data["extensions"];
  if (text("expires_at") !== "" && (kind === "held" || kind === "extended")) parts.push(t.byThen(momentIn(language, text("expires_at"), zone)));
  if (typeof count === "number" && kind === "extended") parts.push(`×${count}`);
  if (text("admitted") !== "") parts.push(text("admitted"));
  if (kind === "co_exhibitors_changed" && Array.isArray(data["co_exhibitors"])) parts.push(listIn(language, data["co_exhibitors"] as readonly string[]) || "—");
  if (text("reason") !== "") parts.push(t.quoted(text("reason")));
  return parts.join(" · ");
}

/** Whether an event tells of a booth by itself, rather than of a reservation or a booking. */
export function isBooth({ type }: PastEvent): boolean {
  return type.startsWith("pavilion.booking.booth.");
}

export function isOfSpaces({ type }: PastEvent): boolean {
  return type.startsWith("pavilion.booking.space.");
}

/** The booths that an event is about, as hall/number. */
export function boothsOf({ data }: PastEvent): readonly string[] {
  const booths = typeof data["booth"] === "string" ? [data["booth"]] : data["booths"];
  return Array.isArray(booths) ? (booths as readonly string[]).map((booth) => booth.slice(booth.indexOf("/") + 1)) : [];
}

/** What led to an event; `who` is for whom it was asked, by name. An account goes without the prefix of its issuer. */
export function causeIn(cause: Cause | null, who: string, { happenings: t }: Texts): string {
  if (cause === null) return t.causeUnknown;
  if (cause.kind === "clock") return t.clock;
  if (cause.kind === "event" || cause.role === null) return t.heard;
  const asker = cause.account === null ? who : t.by(who, cause.account.slice(cause.account.indexOf(":") + 1));
  return t.asked(asker, (t.commands as Words)[cause.command] ?? cause.command);
}

/** How somebody was told: in their inbox, by a mail that was sent then, or both. */
export function toldIn({ inbox, mail }: Told, language: Language, zone: string, t: Texts): string {
  const ways = inbox ? [t.happenings.inInbox] : [];
  if (mail !== null) {
    const state = (t.mailState as Words)[mail.state] ?? mail.state;
    ways.push(mail.settled_at === null ? t.happenings.mail(state) : t.happenings.mailAt(state, timeIn(language, mail.settled_at, zone)));
  }
  return listIn(language, ways);
}

function timeIn(language: Language, moment: string, zone: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23", timeZone: zone }).format(Date.parse(moment));
}

/** A reason in the reader's language where nobody wrote it. */
export function whyIn(reason: string, t: Texts): string {
  return (t.reasons as Words)[reason] ?? reason;
}

type Words = Readonly<Record<string, string>>;

function read({ type, data }: PastEvent): { readonly kind: string; readonly data: PastEvent["data"]; readonly text: (name: string) => string } {
  const text = (name: string): string => (typeof data[name] === "string" ? (data[name] as string) : "");
  return { kind: type.split(".").at(-2) ?? type, data, text };
}

/** The places and times of a booking; of several the first, and how many more. */
export function placesIn(uses: unknown, names: ReadonlyMap<string, string>, language: Language, zone: string): string {
  if (!Array.isArray(uses)) return "";
  const shown = (uses as readonly { space: string; show: { start: string; end: string } }[]).map(({ space, show }) => {
    const name = [...names].find(([id]) => id.endsWith(`/${space}`))?.[1] ?? space;
    return `${name}, ${whenIn(language, Date.parse(show.start), Date.parse(show.end), zone)}`;
  });
  return shown.length > 1 ? `${shown[0]} (+${shown.length - 1})` : (shown[0] ?? "");
}
