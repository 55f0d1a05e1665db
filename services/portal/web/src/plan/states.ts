import type { BoothStateName } from "../api/types.ts";

/** One sign a state, for where colour and pattern are too small or not seen. */
export const SIGN: Readonly<Record<BoothStateName, string>> = {
  free: "○",
  held: "◔",
  reserved: "●",
  sold: "■",
  blocked: "✕",
  withdrawn: "✕",
  overlapped: "⊘",
};

export const LEGEND_STATES = ["free", "held", "reserved", "sold", "blocked", "overlapped"] as const;

export function fillOf(state: BoothStateName | undefined, prefix: string): string {
  if (state === undefined) return `url(#${prefix}-unknown)`;
  if (state === "free") return "var(--free-ground)";
  return `url(#${prefix}-${state === "withdrawn" ? "blocked" : state})`;
}
