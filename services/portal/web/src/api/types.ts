/** What the services answer, as this page reads it. Times are ISO 8601 in UTC, areas square metres, places metres. */

export type Names = Readonly<Record<string, string>>;

export type Role = "exhibitor" | "organizer" | "service" | "admin";

export interface Session {
  readonly account: string;
  readonly display: string;
  readonly role: Role;
  readonly exhibitor: string | null;
  readonly organizer: string | null;
  readonly language: string;
  readonly csrf: string;
}

export interface SampleAccount {
  readonly account: string;
  readonly display: string;
  readonly role: Role;
  readonly password: string;
}

export interface Fair {
  readonly slug: string;
  readonly name: Names;
  readonly venue: string;
  readonly starts: string;
  readonly ends: string;
  readonly time_zone: string;
  readonly state: "draft" | "published" | "closed";
}

export interface Hall {
  readonly hall: string;
  readonly name: Names;
  readonly width_m: number;
  readonly depth_m: number;
  readonly booths: number;
}

export type Ring = readonly (readonly [number, number])[];

export interface PlanFeature {
  readonly properties: {
    readonly number: string;
    readonly booth: string;
    readonly area_m2: number;
    readonly parts: readonly string[];
    readonly part_of: readonly string[];
  };
  readonly geometry: { readonly type: "Polygon"; readonly coordinates: readonly Ring[] };
}

export interface FloorPlanData {
  readonly features: readonly PlanFeature[];
}

/** `overlapped` is said by this page only: free, but on floor that somebody else has. */
export type BoothStateName = "free" | "held" | "reserved" | "sold" | "blocked" | "withdrawn" | "overlapped";

export interface BoothNow {
  readonly booth: string;
  readonly state: BoothStateName;
  readonly version: number;
  readonly area_m2: number;
  readonly until?: string | null;
  readonly withdrawn?: boolean;
  /** The booth that has the floor of an `overlapped` one. */
  readonly over?: string;
}

export interface BoothsMessage {
  readonly sequence: number;
  readonly booths: readonly BoothNow[];
}

export type ReservationState = "held" | "confirmed" | "sold" | "cancelled" | "expired";

export interface Reservation {
  readonly id: string;
  readonly fair: string;
  readonly booths: readonly string[];
  readonly exhibitor: string;
  readonly co_exhibitors: readonly string[];
  readonly state: ReservationState;
  readonly expires_at: string | null;
  readonly server_now: string;
  readonly extensions: number;
  readonly version: number;
}

export interface InboxEntry {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly at: string;
  readonly state: "new" | "seen" | "read" | "archived";
  readonly fair: string | null;
  readonly params?: { readonly audience?: string; readonly booths?: readonly string[] };
}

export interface Inbox {
  readonly entries: readonly InboxEntry[];
  readonly unseen: number;
}

/** Wishes by kind of news and channel (`inbox`, `mail`); `email` is an organizer's own address. */
export interface Preferences {
  readonly language: string | null;
  readonly email: string | null;
  readonly kinds: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
}

export interface Exhibitor {
  readonly id: string;
  readonly fair: string;
  readonly name: string;
  readonly names?: Names;
}
