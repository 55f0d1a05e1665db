import { describe, expect, it } from "vitest";

import type { Preferences } from "../src/api/types.ts";
import { momentIn } from "../src/inbox/moments.ts";
import { toSend, turned } from "../src/inbox/preferences.ts";

describe("a moment reads as in the services' texts, with its zone", () => {
  it.each([
    ["en", "Asia/Shanghai", "26 November 2026, 00:03 (UTC+08:00)"],
    ["ru", "Asia/Shanghai", "26 ноября 2026 г., 00:03 (UTC+08:00)"],
    ["zh", "Asia/Shanghai", "2026年11月26日 00:03（UTC+08:00）"],
    ["en", "America/St_Johns", "25 November 2026, 12:33 (UTC-03:30)"],
    ["en", undefined, "25 November 2026, 16:03 (UTC+00:00)"],
  ] as const)("in %s at %s: %s", (language, zone, text) => {
    expect(momentIn(language, "2026-11-25T16:03:00Z", zone)).toBe(text);
  });
});

describe("preferences", () => {
  const wishes: Preferences = { language: "ru", email: null, kinds: { held: { inbox: true, mail: false }, sold: { inbox: true, mail: true } } };

  it("turn one wish and leave the others, language and address as they are", () => {
    const after = turned(wishes, "held", "mail");
    expect(after.kinds).toEqual({ held: { inbox: true, mail: true }, sold: { inbox: true, mail: true } });
    expect(after.language).toBe("ru");
    expect(turned(after, "held", "mail")).toEqual(wishes);
  });

  it("are sent with an organizer's address only, and an empty one as none", () => {
    expect(toSend({ ...wishes, email: " a@example.org " }, true).email).toBe("a@example.org");
    expect(toSend({ ...wishes, email: "" }, true).email).toBeNull();
    expect(toSend({ ...wishes, email: "a@example.org" }, false).email).toBeNull();
  });
});
