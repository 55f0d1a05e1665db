/** The part of the page's address that leads to a venue: `#venues/<venue>/<day>/<span>`. */

import { isDay, SPANS, type SpanName } from "./time.ts";

export interface VenueView {
  readonly venue: string;
  readonly day: string;
  readonly span: SpanName;
}

export const VENUES_HASH = "#venues";

/** What an address shows of venues, null where it is not about them; what it does not say, or says wrongly, is empty. */
export function viewOf(hash: string): VenueView | null {
  const [head, ...words] = hash.split("/");
  if (head !== VENUES_HASH) return null;
  const [venue = "", day = "", span = ""] = words.map(readable);
  return { venue, day: isDay(day) ? day : "", span: SPANS.find((one) => one === span) ?? "week" };
}

export function viewHash({ venue, day, span }: VenueView): string {
  return [VENUES_HASH, encodeURIComponent(venue), day, span].join("/");
}

function readable(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return "";
  }
}
