import { Problem } from "../api/problem.ts";
import { between } from "./time.ts";

/** Refuses wall times between which there is no time, before anything is sent; by the names that the service has for it. */
export function refuseWrongTimes(from: string, until: string): void {
  const ms = between(from, until);
  if (ms <= 0) throw new Problem(ms === 0 ? "time-empty" : "time-reversed", 422, "", "", [], null);
}
