import { describe, expect, it } from "vitest";

import { withOwnClock } from "../src/beside.ts";

const NINE_IN_QINGDAO = Date.parse("2027-05-18T01:00:00Z");
const FIVE_IN_QINGDAO = Date.parse("2027-05-18T09:00:00Z");

describe("the reader's own clock", () => {
  it("stands beside the venue's where it shows another time", () => {
    expect(withOwnClock("09:00 – 17:00", "en", [NINE_IN_QINGDAO, FIVE_IN_QINGDAO], "Asia/Shanghai", "Europe/Berlin").replace(/\s/gu, " ")).toBe(
      "09:00 – 17:00 (03:00 – 11:00 GMT+2)",
    );
    expect(withOwnClock("09:00", "zh", [NINE_IN_QINGDAO], "Asia/Shanghai", "Europe/Moscow")).toBe("09:00（04:00 GMT+3）");
  });

  it("is not told where it shows the same, whatever the zone is called", () => {
    expect(withOwnClock("09:00", "en", [NINE_IN_QINGDAO], "Asia/Shanghai", "Asia/Shanghai")).toBe("09:00");
    expect(withOwnClock("09:00", "en", [NINE_IN_QINGDAO], "Asia/Shanghai", "Asia/Singapore")).toBe("09:00");
  });

  it("tells the hours alone of several days that are the same on both clocks", () => {
    const nextDay = FIVE_IN_QINGDAO + 86_400_000;
    expect(withOwnClock("18–19 мая", "ru", [NINE_IN_QINGDAO, nextDay], "Asia/Shanghai", "Europe/Berlin")).toBe("18–19 мая (03:00 – 11:00 GMT+2)");
  });

  it("tells the day where that is another", () => {
    expect(withOwnClock("09:00", "en", [NINE_IN_QINGDAO], "Asia/Shanghai", "America/New_York").replace(/\s/gu, " ")).toBe("09:00 (May 17, 21:00 GMT-4)");
  });
});
