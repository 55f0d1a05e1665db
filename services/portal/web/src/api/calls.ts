/** Every call that this page makes, one line each. */

import { command, get, postPlain, remove } from "./client.ts";
import type {
  BoothsMessage,
  Exhibitor,
  Fair,
  FloorPlanData,
  Hall,
  Inbox,
  Reservation,
  SampleAccount,
  Session,
} from "./types.ts";

const part = encodeURIComponent;

export const session = (): Promise<Session> => get("/session");
export const sampleAccounts = async (): Promise<readonly SampleAccount[]> =>
  (await get<{ accounts: readonly SampleAccount[] }>("/session/accounts")).accounts;
export const signIn = (account: string, password: string): Promise<Session> => postPlain("/session", { account, password });
export const signOut = (): Promise<void> => remove("/session");

export const fairs = async (): Promise<readonly Fair[]> => (await get<{ items: readonly Fair[] }>("/api/catalog/fairs")).items;
export const halls = (fair: string): Promise<readonly Hall[]> => get(`/api/catalog/fairs/${part(fair)}/halls`);
export const floorPlan = (fair: string, hall: string, signal: AbortSignal): Promise<FloorPlanData> =>
  get(`/api/catalog/fairs/${part(fair)}/halls/${part(hall)}/floor-plan`, signal);
export const exhibitor = (id: string): Promise<Exhibitor> => get(`/api/catalog/exhibitors/${part(id)}`);

export const booths = (fair: string): Promise<BoothsMessage> => get(`/api/booking/fairs/${part(fair)}/booths`);

interface Page {
  readonly items: readonly Reservation[];
  readonly next: string | null;
}

const PAGES_MAX = 50;

/** All reservations of the fair that this account may see: an exhibitor's own, an organizer's all. */
export async function reservations(fair: string): Promise<readonly Reservation[]> {
  const found: Reservation[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const after = cursor === "" ? "" : `&cursor=${part(cursor)}`;
    const answer = await get<Page>(`/api/booking/reservations?fair=${part(fair)}&limit=100${after}`);
    found.push(...answer.items);
    if (!answer.next) break;
    cursor = answer.next;
  }
  return found;
}

export const hold = (fair: string, booths: readonly string[], exhibitor: string): Promise<Reservation> =>
  command("/api/booking/reservations", { fair, booths, exhibitor });
export type Step = "confirm" | "extend" | "cancel";
export const step = (id: string, what: Step): Promise<Reservation> =>
  command(`/api/booking/reservations/${part(id)}/${what}`, {});

export const inbox = (): Promise<Inbox> => get("/api/notification/inbox");
export const markEntry = (id: string, as: "seen" | "read" | "archive"): Promise<unknown> =>
  command(`/api/notification/inbox/${part(id)}/${as}`, {});
