/** The part of the page's address that says what is looked for among what happened: `#happenings?fair=…&booth=…`. */

import { instantOf } from "../venues/time.ts";

export const HAPPENINGS_HASH = "#happenings";

/** What is looked for; what is empty is left open. Times are those that the place's clock shows, as `2027-06-10T09:00`. */
export interface Sought {
  readonly fair: string;
  readonly venue: string;
  /** A booth of the fair as hall/number. */
  readonly booth: string;
  /** A space of the venue by its slug. */
  readonly space: string;
  readonly exhibitor: string;
  /** A kind of event: its type without service and version. */
  readonly kind: string;
  readonly from: string;
  readonly until: string;
}

const FIELDS = ["fair", "venue", "booth", "space", "exhibitor", "kind", "from", "until"] as const;
export const NOTHING_SOUGHT: Sought = { fair: "", venue: "", booth: "", space: "", exhibitor: "", kind: "", from: "", until: "" };

/** What an address looks for, null where it is not about what happened; what it says wrongly is empty. */
export function soughtOf(hash: string): Sought | null {
  const [head, query = ""] = hash.split("?", 2);
  if (head !== HAPPENINGS_HASH) return null;
  const told = new URLSearchParams(query);
  const said = (field: (typeof FIELDS)[number]): string => (told.get(field) ?? "").slice(0, 200);
  return { ...(Object.fromEntries(FIELDS.map((field) => [field, said(field)])) as unknown as Sought), from: wall(said("from")), until: wall(said("until")) };
}

export function soughtHash(sought: Partial<Sought>): string {
  const query = new URLSearchParams(FIELDS.flatMap((field) => (sought[field] ? [[field, sought[field]]] : [])));
  return query.size === 0 ? HAPPENINGS_HASH : `${HAPPENINGS_HASH}?${query}`;
}

/** Whether only a part of what happened at the place is looked for. */
export function isNarrowed({ booth, space, exhibitor, kind, from, until }: Sought): boolean {
  return [booth, space, exhibitor, kind, from, until].some((field) => field !== "");
}

/** The same as booking is asked for it, by the clock of a zone. */
export function queryOf(sought: Sought, zone: string): URLSearchParams {
  const { fair, venue, booth, space, exhibitor, kind, from, until } = sought;
  const instant = (wall: string): string => (wall === "" ? "" : new Date(instantOf(wall, zone)).toISOString());
  const asked: Readonly<Record<string, string>> = {
    fair,
    venue,
    booth: booth === "" ? "" : `${fair}/${booth}`,
    space: space === "" ? "" : `${venue}/${space}`,
    exhibitor,
    kind,
    from: instant(from),
    until: instant(until),
  };
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ""));
}

function wall(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}:00Z`)) ? text : "";
}
