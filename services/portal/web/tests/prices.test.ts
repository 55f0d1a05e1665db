import { describe, expect, it } from "vitest";

import { minorUnits, moneyIn } from "../src/prices/money.ts";
import { inWords, NO_PRICES, priceOf, pricesOf, total } from "../src/prices/prices.ts";
import { en } from "../src/texts/en.ts";

const told = (...amounts: readonly (number | null)[]) =>
  pricesOf({ currency: "CNY", until: null, server_now: "", booths: amounts.map((amount_minor, n) => ({ booth: `1/${n}`, amount_minor })) });

describe("money", () => {
  it("is written as each language does, without decimals where there are none", () => {
    expect(moneyIn(1_234_500, "CNY", "en")).toBe("CN¥12,345");
    expect(moneyIn(1_234_550, "CNY", "zh")).toBe("¥12,345.50");
    expect(moneyIn(1_234_550, "RUB", "ru").replace(/\s/gu, " ")).toBe("12 345,50 ₽");
  });

  it("counts the minor units that its currency has", () => {
    expect([minorUnits("CNY"), minorUnits("JPY"), minorUnits("KWD")]).toEqual([100, 1, 1000]);
    expect(moneyIn(12_345, "JPY", "en")).toBe("¥12,345");
    // By custom these have none.
    expect(moneyIn(120_050, "HUF", "en").replace(/\s/gu, " ")).toBe("HUF 1,200.50");
    expect(moneyIn(120_000, "IRR", "en").replace(/\s/gu, " ")).toBe("IRR 1,200");
  });
});

describe("prices", () => {
  it("of several booths are summed; one on request makes the sum a matter of asking", () => {
    expect(total(told(100, 250, null), ["1/0", "1/1"])).toBe(350);
    expect(total(told(100, 250, null), ["1/0", "1/2"])).toBeNull();
    expect(total(told(100), ["1/7"])).toBeNull();
    expect(total(NO_PRICES, ["1/0"])).toBeUndefined();
  });

  it("are told in words, and not at all where a fair tells none", () => {
    expect(priceOf(told(100_00), "1/0", en, "en")).toBe("CN¥100");
    expect(priceOf(told(null), "1/0", en, "en")).toBe(en.priceOnRequest);
    expect(priceOf(NO_PRICES, "1/0", en, "en")).toBe("");
    expect(inWords(undefined, "CNY", en, "en")).toBe("");
  });
});
