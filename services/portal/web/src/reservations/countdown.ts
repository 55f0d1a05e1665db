/** Time left, by the server's clock: the reader's own may be minutes off. */

/** How far the server's clock is ahead of this one, in milliseconds. */
export function clockOffsetMs(serverNow: string, receivedAtMs: number): number {
  return Date.parse(serverNow) - receivedAtMs;
}

/** Whole seconds until the deadline, never below zero; a started second counts as one. */
export function secondsLeft(expiresAt: string, offsetMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(expiresAt) - (nowMs + offsetMs)) / 1000));
}

/** 75 -> "1:15"; 3675 -> "1:01:15". */
export function clockFace(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const SPOKEN_AT_SECONDS = [300, 120, 60, 30, 10];

/**
 * The mark that a countdown has just reached, or null: a screen reader should hear a few of them, not each second.
 */
export function spokenMark(before: number, now: number): number | null {
  return SPOKEN_AT_SECONDS.find((mark) => before > mark && now <= mark && now > 0) ?? null;
}
