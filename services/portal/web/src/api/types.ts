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
  /** ISO 4217. */
  readonly currency: string;
  readonly hold_ttl_seconds: number;
  readonly hold_extensions_max: number;
  readonly held_booths_max: number;
  readonly rates: readonly Rate[];
  readonly deadlines: readonly { readonly day: string; readonly name: Names }[];
  readonly product_groups: readonly { readonly code: string; readonly name: Names }[];
  readonly organizer: string;
  readonly state: "draft" | "published" | "closed";
}

/** What a square metre costs, in minor units of the fair's currency; of every hall, side and day where these are null. */
export interface Rate {
  readonly per_m2_minor: number;
  readonly hall: string | null;
  readonly open_sides: number | null;
  readonly until: string | null;
}

/** What a fair has on sale; `from_minor` is the cheapest free booth's price. */
export interface Offer {
  readonly fair: string;
  readonly open: boolean;
  readonly booths: number;
  readonly free: number;
  readonly currency: string;
  readonly from_minor: number | null;
}

export interface BoothPrice {
  readonly booth: string;
  /** In minor units; null where it is a matter of asking. */
  readonly amount_minor: number | null;
}

/** What booths cost today, and the last day of these prices. */
export interface FairPrices {
  readonly currency: string;
  readonly until: string | null;
  readonly server_now: string;
  readonly booths: readonly BoothPrice[];
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
    /** How many sides border on a gangway: one is a row booth, two a corner, three a head, four an island. */
    readonly open_sides: number;
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
  /** When the exhibitor committed to the booths; null where that has not come. */
  readonly confirmed_at: string | null;
  readonly server_now: string;
  readonly extensions: number;
  /** What the booths cost on the day of their hold; null where the fair told no prices. */
  readonly price: { readonly currency: string; readonly amount_minor: number | null; readonly booths: readonly BoothPrice[] } | null;
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
  /** As the exhibitors' list has them. */
  readonly stands: readonly string[];
}

export interface Venue {
  readonly slug: string;
  /** Who runs it. */
  readonly organizer: string;
  readonly name: Names;
  readonly city: string;
  readonly time_zone: string;
}

export interface VenueSpace {
  readonly venue: string;
  readonly space: string;
  readonly name: Names;
  readonly kind: string;
  /** The smallest bookable parts that it is made of today. */
  readonly atoms: readonly string[];
  readonly capacity: Readonly<Record<string, number>>;
}

export interface Phase {
  readonly start: string;
  readonly end: string;
}

/** One space (venue/space) for one time; `start` and `end` are the show's. */
export interface SpaceUse extends Phase {
  readonly space: string;
  readonly atoms: readonly string[];
  readonly build_up?: Phase | null;
  readonly dismantling?: Phase | null;
}

/** What touches a part of a venue's timeline; whose it is only for its parties and the venue. */
export interface TimelineEntry {
  readonly state: string;
  readonly rank: number | null;
  readonly uses: readonly SpaceUse[];
  readonly booking?: string | null;
  readonly organizer?: string | null;
  readonly title?: string | null;
}

export interface Timeline {
  readonly time_zone: string;
  readonly entries: readonly TimelineEntry[];
  readonly server_now: string;
}

export interface SpaceBooking {
  readonly id: string;
  readonly venue: string;
  readonly organizer: string;
  readonly state: string;
  readonly rank: number | null;
  readonly uses: readonly SpaceUse[];
  readonly time_zone: string;
  readonly details: { readonly title: string; readonly people: number | null };
  /** Of an option: whether something firm is in its way. */
  readonly waits: boolean;
  readonly expires_at: string | null;
  /** Until when it must answer those who challenged it. */
  readonly answer_by: string | null;
  /** Until when those that it challenged must answer. */
  readonly answers_by: string | null;
  readonly reason: string;
  readonly override: string;
  readonly series: string | null;
  readonly version: number;
}

/** One event as everybody heard it: a CloudEvent. */
export interface PastEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly traceparent: string | null;
  readonly partitionkey: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What led to an event; who asked is null where the reader may not know it. */
export interface Cause {
  readonly kind: "request" | "event" | "clock";
  readonly command: string;
  readonly role: Role | null;
  readonly tenant: string | null;
  readonly account: string | null;
}

export interface Happening {
  readonly event: PastEvent;
  readonly cause: Cause | null;
}

/** What happened, the newest first; not complete where older events are kept no more. */
export interface History {
  readonly events: readonly Happening[];
  readonly complete: boolean;
}

/** A page of what happened, the newest first. */
export interface Happenings {
  readonly happenings: readonly Happening[];
  readonly next: string | null;
  /** From where a stream of the same goes on; null on later pages. */
  readonly position: number | null;
  readonly kept_days: number;
}

/** That somebody was told of an event, and how. */
export interface Told {
  readonly event: string;
  readonly recipient: string;
  readonly recipient_kind: "exhibitor" | "organizer" | "participant";
  readonly inbox: boolean;
  readonly mail: { readonly state: string; readonly settled_at: string | null } | null;
}

/** A space that could be had, and within which times. */
export interface FreeSpace {
  readonly space: string;
  readonly capacity: Readonly<Record<string, number>>;
  readonly free: readonly Phase[];
}

/** What somebody looks for: a time of so many minutes between two wall times of the venue. */
export interface FreeWish {
  readonly start: string;
  readonly end: string;
  readonly minutes: number;
  readonly people: number | null;
  readonly kind: string;
}

/** Spaces to book as the form has them; times are the venue's, without offset. */
export interface SpaceWish {
  readonly spaces: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly build_up?: Phase;
  readonly dismantling?: Phase;
  readonly title: string;
  readonly state: "option" | "definite";
}

/** What could be had instead; its uses can be sent as they are. */
export interface Alternative {
  readonly kind: string;
  readonly uses: readonly (Phase & { readonly space: string; readonly build_up?: Phase; readonly dismantling?: Phase })[];
}
