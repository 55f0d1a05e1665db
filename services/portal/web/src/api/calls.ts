/** Every call that this page makes, one line each. */

import { command, get, getFile, postPlain, remove } from "./client.ts";
import type {
  BoothsMessage,
  Exhibitor,
  Fair,
  FairPrices,
  FloorPlanData,
  FreeSpace,
  FreeWish,
  Hall,
  Happenings,
  History,
  Inbox,
  Offer,
  Preferences,
  Reservation,
  SampleAccount,
  Session,
  Alternative,
  SpaceBooking,
  SpaceWish,
  Timeline,
  Told,
  Venue,
  VenueSpace,
} from "./types.ts";

const part = encodeURIComponent;

export const session = (): Promise<Session> => get("/session");
export const sampleAccounts = async (): Promise<readonly SampleAccount[]> =>
  (await get<{ accounts: readonly SampleAccount[] }>("/oidc/accounts")).accounts;
/** Gives account and password for the address to go on to; `request` is the query that led to the sign-in page. */
export const signIn = async (account: string, password: string, request: string): Promise<string> =>
  (await postPlain<{ location: string }>("/oidc/sign-in", { account, password, request })).location;
/** Signs out here; gives the address where the provider is signed out of, too, or null. */
export const signOut = async (): Promise<string | null> => (await remove<{ next: string | null }>("/session")).next;

/** Every fair that this account may see. */
export const fairs = (): Promise<readonly Fair[]> =>
  all(async (cursor) => {
    const page = await get<{ items: readonly Fair[]; cursor: string | null }>(`/api/catalog/fairs?limit=100${cursor}`);
    return [page.items, page.cursor];
  });
export const halls = (fair: string): Promise<readonly Hall[]> => get(`/api/catalog/fairs/${part(fair)}/halls`);
export const floorPlan = (fair: string, hall: string): Promise<FloorPlanData> =>
  get(`/api/catalog/fairs/${part(fair)}/halls/${part(hall)}/floor-plan`);
export const exhibitor = (id: string): Promise<Exhibitor> => get(`/api/catalog/exhibitors/${part(id)}`);

/** Names change rarely; each is asked for once a visit. */
const exhibitorsAsked = new Map<string, Promise<Exhibitor>>();

export function exhibitorOnce(id: string): Promise<Exhibitor> {
  const found = exhibitorsAsked.get(id) ?? exhibitor(id);
  exhibitorsAsked.set(id, found);
  found.catch(() => exhibitorsAsked.delete(id));
  return found;
}

/** The fair's exhibitors with names of which words begin so. */
export const findExhibitors = async (fair: string, words: string, signal: AbortSignal): Promise<readonly Exhibitor[]> =>
  (await get<{ items: readonly Exhibitor[] }>(`/api/catalog/fairs/${part(fair)}/exhibitors?limit=20&q=${part(words)}`, signal)).items;

const LISTED_MAX = 200;

/** The fair's exhibitors with names of which words begin so, in a product group; what is empty asks for any. */
export const exhibitorsOf = async (fair: string, words: string, group: string, signal: AbortSignal): Promise<readonly Exhibitor[]> => {
  const query = new URLSearchParams({ limit: String(LISTED_MAX) });
  if (words !== "") query.set("q", words);
  if (group !== "") query.set("group", group);
  return all(async (cursor) => {
    const page = await get<{ items: readonly Exhibitor[]; cursor: string | null }>(`/api/catalog/fairs/${part(fair)}/exhibitors?${query}${cursor}`, signal);
    return [page.items, page.cursor];
  });
};

export const booths = (fair: string): Promise<BoothsMessage> => get(`/api/booking/fairs/${part(fair)}/booths`);

interface ReservationPage {
  readonly reservations: readonly Reservation[];
  readonly next: string | null;
}

/** All reservations that this account may see, at a fair or, without one, at any: an exhibitor's own, an organizer's all. */
export const reservations = (fair: string | null): Promise<readonly Reservation[]> =>
  all(async (cursor) => {
    const at = fair === null ? "" : `fair=${part(fair)}&`;
    const page = await get<ReservationPage>(`/api/booking/reservations?${at}limit=100${cursor}`);
    return [page.reservations, page.next];
  });

const PAGES_MAX = 50;

/** The items of all pages; `ask` takes the query's end that names the page, and gives the next one's cursor. */
async function all<T>(ask: (cursor: string) => Promise<[readonly T[], string | null]>): Promise<readonly T[]> {
  const found: T[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const [items, next] = await ask(cursor);
    found.push(...items);
    if (!next) break;
    cursor = `&cursor=${part(next)}`;
  }
  return found;
}

/** What a fair's booths cost today. */
export const prices = (fair: string): Promise<FairPrices> => get(`/api/booking/fairs/${part(fair)}/prices`);
export const offer = (fair: string): Promise<Offer> => get(`/api/booking/fairs/${part(fair)}/offer`);

/** Holds booths at the price that the reader saw, where there was one. */
export const hold = (fair: string, booths: readonly string[], exhibitor: string, amountMinor: number | null): Promise<Reservation> =>
  command("/api/booking/reservations", { fair, booths, exhibitor, ...(amountMinor === null ? {} : { amount_minor: amountMinor }) });
export type Step = "confirm" | "extend" | "cancel" | "sell";
export const step = (id: string, what: Step): Promise<Reservation> =>
  command(`/api/booking/reservations/${part(id)}/${what}`, {});

export const setCoExhibitors = (id: string, exhibitors: readonly string[]): Promise<Reservation> =>
  command(`/api/booking/reservations/${part(id)}/co-exhibitors`, { exhibitors });

export const inbox = (language: string): Promise<Inbox> => get(`/api/notification/inbox?lang=${part(language)}`);
export const archivedInbox = (language: string): Promise<Inbox> => get(`/api/notification/inbox?state=archived&lang=${part(language)}`);
export const markEntry = (id: string, as: "seen" | "read" | "archive"): Promise<unknown> =>
  command(`/api/notification/inbox/${part(id)}/${as}`, {});
export const preferences = (): Promise<Preferences> => get("/api/notification/preferences");
export const setPreferences = (wishes: Preferences): Promise<Preferences> => command("/api/notification/preferences", wishes, { method: "PUT" });

/** Every venue. */
export const venues = (): Promise<readonly Venue[]> =>
  all(async (cursor) => {
    const page = await get<{ items: readonly Venue[]; cursor: string | null }>(`/api/catalog/venues?limit=100${cursor}`);
    return [page.items, page.cursor];
  });
/** A venue's spaces that are not retired, in the order of their names. */
export const spaces = async (venue: string): Promise<readonly VenueSpace[]> =>
  (await get<{ items: readonly VenueSpace[] }>(`/api/catalog/venues/${part(venue)}/spaces`)).items;

/** Who has what between two instants. */
export const timeline = (venue: string, start: number, end: number, signal: AbortSignal): Promise<Timeline> => {
  const [from, to] = [start, end].map((ms) => part(new Date(ms).toISOString()));
  return get(`/api/booking/venues/${part(venue)}/timeline?start=${from}&end=${to}`, signal);
};

export const spaceBooking = (id: string): Promise<SpaceBooking> => get(`/api/booking/space-bookings/${part(id)}`);
export const bookSpaces = (wish: SpaceWish): Promise<SpaceBooking> => command("/api/booking/space-bookings", wish);
export const bookUses = (uses: Alternative["uses"], title: string, state: SpaceWish["state"]): Promise<SpaceBooking> =>
  command("/api/booking/space-bookings", { uses, title, state });
/** Moves a booking as it was read; refused with `changed-meanwhile` where somebody has changed it since. */
export const reschedule = ({ id, version }: SpaceBooking, uses: Alternative["uses"]): Promise<SpaceBooking> =>
  command(`/api/booking/space-bookings/${part(id)}/reschedule`, { uses, version });

/** What has a history that can be asked for. */
export type WithHistory = "space-bookings" | "reservations";
export const history = (of: WithHistory, id: string): Promise<History> => get(`/api/booking/${of}/${part(id)}/history`);

/** A page of what happened that fits a query. */
export const happenings = (query: URLSearchParams, signal: AbortSignal): Promise<Happenings> => get(`/api/booking/happenings?${query}`, signal);

const TOLD_MAX = 25;

/** Who was told of these events, as far as this account may know of it. */
export const toldOf = async (events: readonly string[]): Promise<readonly Told[]> => {
  const found: Told[] = [];
  for (let first = 0; first < events.length; first += TOLD_MAX) {
    const asked = events.slice(first, first + TOLD_MAX).map((event) => `event=${part(event)}`);
    found.push(...(await get<{ told: readonly Told[] }>(`/api/notification/told?${asked.join("&")}`)).told);
  }
  return found;
};

/** What could be had of a venue. */
export const freeSpaces = async (venue: string, wish: FreeWish): Promise<readonly FreeSpace[]> => {
  const query = new URLSearchParams({ start: wish.start, end: wish.end, minutes: String(wish.minutes) });
  if (wish.people !== null) query.set("people", String(wish.people));
  if (wish.kind !== "") query.set("kind", wish.kind);
  return (await get<{ spaces: readonly FreeSpace[] }>(`/api/booking/venues/${part(venue)}/free?${query}`)).spaces;
};

export type SpaceStep = "confirm" | "cancel" | "challenge" | "yield" | "approve" | "decline";
export const spaceStep = (id: string, what: SpaceStep): Promise<SpaceBooking> =>
  command(`/api/booking/space-bookings/${part(id)}/${what}`, {});

/** A table that a service makes: `booking/booths`, of what the query names. */
export const table = (which: string, query: URLSearchParams): ReturnType<typeof getFile> => {
  const [service = "", name = ""] = which.split("/");
  return getFile(`/api/${service}/downloads/${name}?${query}`);
};
