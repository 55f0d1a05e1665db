import type { Preferences } from "../api/types.ts";

export type Channel = "inbox" | "mail";
export const CHANNELS: readonly Channel[] = ["inbox", "mail"];

/** The preferences with one wish turned. */
export function turned(wishes: Preferences, kind: string, channel: Channel): Preferences {
  const row = wishes.kinds[kind] ?? {};
  return { ...wishes, kinds: { ...wishes.kinds, [kind]: { ...row, [channel]: !(row[channel] ?? true) } } };
}

/** What replaces the preferences: an empty address is none, and only an organizer's is kept here. */
export function toSend(wishes: Preferences, organizer: boolean): Preferences {
  const email = organizer ? wishes.email?.trim() || null : null;
  return { language: wishes.language || null, email, kinds: wishes.kinds };
}
