/** Every call that only the desk makes. */

import { command, get, putFile } from "../api/client.ts";
import type { Fair, Reservation } from "../api/types.ts";
import type { ExhibitorEntry, ExhibitorFields, ExhibitorPage, ImportReport, MonthUsed, Sales, Taken } from "./types.ts";

const part = encodeURIComponent;
const fairPath = (fair: string): string => `/api/catalog/fairs/${part(fair)}`;

export const publish = (fair: string): Promise<Fair> => command(`${fairPath(fair)}/publish`, {});
export const close = (fair: string): Promise<Fair> => command(`${fairPath(fair)}/close`, {});

export const taken = async (fair: string): Promise<readonly Taken[]> =>
  (await get<{ taken: readonly Taken[] }>(`/api/booking/fairs/${part(fair)}/taken`)).taken;
export const sales = (fair: string, hall: string): Promise<Sales> =>
  get(`/api/booking/fairs/${part(fair)}/sales${hall === "" ? "" : `?hall=${part(hall)}`}`);
export const reservation = (id: string): Promise<Reservation> => get(`/api/booking/reservations/${part(id)}`);

export const cancel = (id: string, reason: string): Promise<Reservation> => command(`/api/booking/reservations/${part(id)}/cancel`, { reason });

export const block = (fair: string, booths: readonly string[], reason: string): Promise<unknown> =>
  command(`/api/booking/fairs/${part(fair)}/booths/block`, { booths, reason });
export const unblock = (fair: string, booths: readonly string[]): Promise<unknown> =>
  command(`/api/booking/fairs/${part(fair)}/booths/unblock`, { booths });

const PAGE = 50;
export const exhibitors = (fair: string, words: string, cursor: string | null, limit = PAGE): Promise<ExhibitorPage> => {
  const query = new URLSearchParams({ limit: String(limit), q: words });
  if (cursor !== null) query.set("cursor", cursor);
  return get(`${fairPath(fair)}/exhibitors?${query}`);
};
export const register = (fair: string, fields: ExhibitorFields): Promise<ExhibitorEntry> => command(`${fairPath(fair)}/exhibitors`, fields);
const exhibitorPath = (id: string): string => `/api/catalog/exhibitors/${part(id)}`;
export const exhibitor = (id: string): Promise<ExhibitorEntry> => get(exhibitorPath(id));
/** Refused with `changed-meanwhile` where it is no longer as it was read. */
export const amend = ({ id, version }: ExhibitorEntry, fields: ExhibitorFields): Promise<ExhibitorEntry> =>
  command(exhibitorPath(id), fields, { method: "PATCH", version });

/** What an import would do: nothing is written. `digest` is what was looked at before it is done. */
export type Importing = { readonly dry: true } | { readonly digest: string };
const importing = (how: Importing): string => ("dry" in how ? "dry_run=true" : `digest=${part(how.digest)}`);

export const importExhibitors = (fair: string, file: Blob, how: Importing): Promise<ImportReport> =>
  putFile(`${fairPath(fair)}/exhibitors?${importing(how)}`, file, "text/csv");
export const importPlan = (fair: string, hall: string, file: Blob, how: Importing): Promise<ImportReport> =>
  putFile(`${fairPath(fair)}/halls/${part(hall)}/floor-plan?${importing(how)}`, file, "application/geo+json");

export const utilisation = async (venue: string, start: string, end: string): Promise<readonly MonthUsed[]> =>
  (await get<{ months: readonly MonthUsed[] }>(`/api/booking/venues/${part(venue)}/utilisation?start=${start}&end=${end}`)).months;
