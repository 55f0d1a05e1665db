/** The part of the page's address that leads to a fair's desk: `#desk/<fair>/<tab>/<hall>`. */

export const TABS = ["overview", "plan", "exhibitors", "sales", "utilisation"] as const;
export type Tab = (typeof TABS)[number];

export interface DeskView {
  readonly fair: string;
  readonly tab: Tab;
  readonly hall: string;
}

export const DESK_HASH = "#desk";

/** What an address shows of a desk, null where it is not about one; what it does not say, or says wrongly, is empty. */
export function deskOf(hash: string): DeskView | null {
  const [head, ...words] = hash.split("/");
  if (head !== DESK_HASH) return null;
  const [fair = "", tab = "", hall = ""] = words.map(readable);
  return { fair, tab: TABS.find((one) => one === tab) ?? "overview", hall };
}

export function deskHash({ fair, tab, hall }: { readonly fair: string; readonly tab: Tab; readonly hall?: string }): string {
  const words = [DESK_HASH, encodeURIComponent(fair), tab];
  return (hall === undefined || hall === "" ? words : [...words, encodeURIComponent(hall)]).join("/");
}

function readable(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return "";
  }
}
