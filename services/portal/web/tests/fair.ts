import type { Fair } from "../src/api/types.ts";

/** A fair as the catalog tells it; tests change what they are about. */
export const FAIR: Fair = {
  slug: "expo",
  name: { en: "Expo" },
  venue: "centre",
  starts: "2027-05-18",
  ends: "2027-05-21",
  time_zone: "Asia/Shanghai",
  currency: "CNY",
  hold_ttl_seconds: 900,
  hold_extensions_max: 2,
  held_booths_max: 10,
  rates: [],
  deadlines: [],
  product_groups: [],
  organizer: "sco",
  state: "published",
};
