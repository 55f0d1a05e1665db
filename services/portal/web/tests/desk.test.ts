import { describe, expect, it } from "vitest";

import { problemOf } from "../src/api/problem.ts";
import type { PlanFeature } from "../src/api/types.ts";
import { apart } from "../src/desk/apart.ts";
import { deskHash, deskOf } from "../src/desk/address.ts";
import { compared, featuresOf, positionOf, type NewFeature } from "../src/desk/compare.ts";
import { begun, fieldsOf, overtaken, typed, withTheirs, type Editing } from "../src/desk/entry.ts";
import { lineOf, readTable, rowsToShow } from "../src/desk/table.ts";
import { findingIn } from "../src/desk/texts/findings.ts";
import { DESK_LANGUAGES, shareIn } from "../src/desk/texts/index.ts";
import type { EntryChange, ExhibitorEntry } from "../src/desk/types.ts";
import { FILE_BYTES_MAX, reportOf, unfitness } from "../src/desk/useImport.ts";
import { nameFor } from "../src/plan/names.ts";
import type { Language } from "../src/texts/index.ts";

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe.each(["zh", "ru", "en"] satisfies Language[])("the desk's texts in %s", (language) => {
  it("have exactly English's keys, none empty", () => {
    const own = leaves(DESK_LANGUAGES[language]);
    expect(own.map(([path]) => path).toSorted()).toEqual(leaves(DESK_LANGUAGES.en).map(([path]) => path).toSorted());
    expect(own.filter(([, text]) => text === "")).toEqual([]);
  });
});

it("no language is English left over", () => {
  const en = new Map(leaves(DESK_LANGUAGES.en));
  const same = (["zh", "ru"] as const).flatMap((language) =>
    leaves(DESK_LANGUAGES[language]).filter(([path, text]) => typeof text === "string" && en.get(path) === text),
  );
  expect(same).toEqual([]);
});

describe("the desk's address", () => {
  it("leads back to where it came from", () => {
    const view = { fair: "tea fair/2027", tab: "plan", hall: "7.1" } as const;
    expect(deskOf(deskHash(view))).toEqual(view);
    expect(deskOf("#desk")).toEqual({ fair: "", tab: "overview", hall: "" });
  });

  it("shows the overview where it cannot be read, and is none of other pages' addresses", () => {
    expect(deskOf("#desk/expo/nonsense")).toEqual({ fair: "expo", tab: "overview", hall: "" });
    expect(deskOf("#desk/%E0%A4%A/sales")).toEqual({ fair: "", tab: "sales", hall: "" });
    expect(deskOf("#/expo/1")).toBeNull();
    expect(deskOf("#venues/centre")).toBeNull();
  });
});

describe("a table", () => {
  it("is split by what its first row is split by, quoted cells and their lines kept whole", () => {
    const table = readTable('name,country\n"Altai, ""North""\nLtd",KZ\r\n\r\nBaikal,RU');
    expect(table.header).toEqual(["name", "country"]);
    expect(table.rows).toEqual([
      { line: 2, cells: ['Altai, "North"\nLtd', "KZ"] },
      { line: 5, cells: ["Baikal", "RU"] },
    ]);
    expect(readTable("name;country\nA;B").rows[0]?.cells).toEqual(["A", "B"]);
  });

  it("shows its first rows and those that something is said of", () => {
    const table = readTable(`name\n${Array.from({ length: 30 }, (_, n) => `E${n}`).join("\n")}`);
    const shown = rowsToShow(table, new Set([20, 31]), 3, 60).map(({ line }) => line);
    expect(shown).toEqual([2, 3, 4, 20, 31]);
    expect(rowsToShow(table, new Set(), 30, 4)).toHaveLength(4);
  });

  it.each([
    ["row 12", 12],
    ["file", null],
    ["feature 3", null],
  ])("finds the line of %s", (at, line) => expect(lineOf(at)).toBe(line));

  it.each([
    [0, "", "emptyFile"],
    [9, " \n\n ", "emptyFile"],
    [9, null, "notText"],
    [FILE_BYTES_MAX + 1, "", "tooLarge"],
    [9, "name\nA", null],
  ] as const)("of %d bytes that say %j is unfit as %s", (size, text, why) => expect(unfitness(size, text)).toBe(why));
});

const square = (x: number): readonly [number, number][] => [
  [x, 0],
  [x + 1, 0],
  [x + 1, 1],
  [x, 0],
];

function stood(number: string, x: number): PlanFeature {
  const properties = { number, booth: `1/${number}`, area_m2: 1, open_sides: 1, parts: [], part_of: [] };
  return { properties, geometry: { type: "Polygon", coordinates: [square(x)] } };
}

const stands = (position: number, number: string, x: number): NewFeature => ({ position, number, rings: [square(x)] });
const change = (name: string, kind: EntryChange["kind"]): EntryChange => ({ at: "", id: `1/${name}`, name, kind, fields: [] });
const fates = (drawn: ReturnType<typeof compared>): Record<string, string> => Object.fromEntries(drawn.map(({ name, fate }) => [name, fate]));

describe("a new plan over the old one", () => {
  const old = [stood("A", 0), stood("B", 2), stood("C", 4)];
  const now = [stands(1, "A", 0), stands(2, "B", 3), stands(3, "D", 6)];
  const changes = [change("B", "changed"), change("C", "withdrawn"), change("D", "created")];

  it("tells what each booth becomes, and where it stood", () => {
    const drawn = compared(old, now, changes, [], []);
    expect(fates(drawn)).toEqual({ A: "unchanged", B: "changed", C: "withdrawn", D: "created" });
    expect(drawn.filter(({ before }) => before.length > 0).map(({ name }) => name)).toEqual(["B"]);
  });

  it("marks what is not free and would be changed or taken off", () => {
    const refused = ["1/B", "1/C"].map((booth) => ({ booth, reason: "dropped", state: "sold" as const }));
    expect(fates(compared(old, now, changes, refused, []))).toEqual({ A: "unchanged", B: "refused", C: "refused", D: "created" });
  });

  it("says of a file with faults only where they are", () => {
    const faults = [{ at: "feature 2 (B)", field: "geometry", problem: "crosses itself", remedy: "draw it anew", code: "", values: {} }];
    expect(fates(compared(old, now, [], [], faults))).toEqual({ A: "read", B: "faulty", D: "read" });
    expect(positionOf("feature 2 (B)")).toBe(2);
    expect(positionOf("file")).toBeNull();
  });

  it("draws of a file what can be drawn", () => {
    const file = {
      type: "FeatureCollection",
      hall: "7.1",
      features: [
        { properties: { number: " A  1 " }, geometry: { coordinates: [square(0)] } },
        { properties: { number: "B" }, geometry: { type: "Point", coordinates: [1, 1] } },
        null,
        { properties: { number: 7 }, geometry: { coordinates: [square(2)] } },
      ],
    };
    const read = featuresOf(JSON.stringify(file));
    expect(read?.hall).toBe("7.1");
    expect(read?.features.map(({ position, number }) => [position, number])).toEqual([
      [1, "A 1"],
      [4, "7"],
    ]);
    expect(featuresOf("{")).toBeNull();
    expect(featuresOf("[]")).toBeNull();
  });
});

describe("a refusal", () => {
  const report = { errors: [], warnings: [], counts: { created: 1, changed: 0, unchanged: 0, withdrawn: 0 }, changes: [] };

  it("that carries a report shows it, and gives no digest to import with", () => {
    expect(reportOf(problemOf(409, { ...report, digest: "abc" }, null))?.digest).toBe("");
  });

  it("without one shows none", () => {
    expect(reportOf(problemOf(413, { type: "urn:pavilion:problem:body-too-large" }, null))).toBeNull();
  });
});

describe("a name on the plan", () => {
  const box = { x: 0, y: 0, width: 10, height: 10 };

  it("stands whole where it fits, is cut where it does not, and left out where it would tell nothing", () => {
    expect(nameFor("Altai", box, 10)).toBe("Altai");
    expect(nameFor("Northwind Textiles Ltd", box, 10)).toBe("Northwind…");
    expect(nameFor("Northwind Textiles Ltd", { ...box, width: 2 }, 10)).toBeNull();
  });

  it("counts Chinese characters as wide as they are", () => {
    expect(nameFor("兰州精密仪器有限公司", box, 10)).toBe("兰州精密仪器…");
  });
});

it("a share of nothing is none", () => {
  expect(shareIn(1, 0, "en")).toBe("0%");
  expect(shareIn(1, 3, "en")).toBe("33.3%");
});

it("names under bars that would run together are told here and there", () => {
  expect(apart(["Hall 1", "Hall 2"], 600)).toEqual(["Hall 1", "Hall 2"]);
  const many = apart(Array.from({ length: 48 }, (_, n) => `Hall ${n + 1}`), 600);
  const chinese = Array.from({ length: 10 }, (_, n) => `东区${n}号展厅`);
  expect(apart(chinese, 600).filter((name) => name !== null)).toHaveLength(5);
  expect(many.filter((name) => name !== null)).toEqual(["Hall 1", "Hall 7", "Hall 13", "Hall 19", "Hall 25", "Hall 31", "Hall 37", "Hall 43"]);
  expect(apart(["不超过一百平方米", "超过一百平方米"], 200)).toEqual(["不超过一百平方米", null]);
});

describe("an exhibitor's entry that somebody else changed while it was open", () => {
  const opened: ExhibitorEntry = {
    id: "altai", fair: "expo", name: "Altai", names: { kk: "Алтай", zh: "阿尔泰" }, country: "KZ",
    stands: ["1/A-1", "1/A-2"], categories: ["201"], email: "old@altai.example", language: "zh", version: 3,
  };
  const now = (changes: Partial<ExhibitorEntry>): ExhibitorEntry => ({ ...opened, version: 4, ...changes });
  const country = (text: string): Editing => typed(begun(opened), "country", text);

  it("shows theirs where nothing was changed here, and keeps what was", () => {
    const after = overtaken(country("LV"), now({ email: "new@altai.example", names: { kk: "Алтай 2", zh: "阿尔泰" } }));
    const { version: _version, id: _id, fair: _fair, ...expected } = now({ country: "LV", email: "new@altai.example", names: { kk: "Алтай 2", zh: "阿尔泰" } });
    expect(fieldsOf(after)).toEqual(expected);
    expect(after.opened?.version).toBe(4);
    expect([...after.meanwhile.taken]).toEqual(["email"]);
    expect(after.meanwhile.theirs.size).toBe(0);
  });

  it("says what they wrote where both did, unless it is the same", () => {
    const mine = typed(country("LV"), "email", "");
    const after = overtaken(mine, now({ country: "EE", email: null }));
    expect(after.form).toEqual(mine.form);
    expect([...after.meanwhile.theirs]).toEqual([["country", "EE"]]);
  });

  it("still tells of the first where it is overtaken a second time", () => {
    const first = overtaken(country("LV"), now({ country: "EE", name: "Altai Ltd" }));
    const second = overtaken(first, now({ country: "EE", name: "Altai Ltd", email: null, version: 5 }));
    expect([...second.meanwhile.theirs]).toEqual([["country", "EE"]]);
    expect([...second.meanwhile.taken]).toEqual(["name", "email"]);
    expect([second.form.country, second.form.name, second.form.email]).toEqual(["LV", "Altai Ltd", ""]);
  });

  it("has nothing left to settle once theirs was taken", () => {
    const taken = withTheirs(overtaken(country("LV"), now({ country: "EE" })), "country");
    expect(taken.form.country).toBe("EE");
    const again = overtaken(taken, now({ country: "EE", name: "Altai Ltd", version: 5 }));
    expect(again.meanwhile.theirs.size).toBe(0);
    expect([...again.meanwhile.taken]).toEqual(["name", "country"]);
    expect([...typed(again, "country", "FI").meanwhile.taken]).toEqual(["name"]);
  });

  it("keeps names in languages that the form does not show, and is empty for a new one", () => {
    const fields = fieldsOf(typed(typed(begun(opened), "name_zh", ""), "name_en", " Altai "));
    expect(fields.names).toEqual({ kk: "Алтай", en: "Altai" });
    expect(fieldsOf(begun(null))).toEqual({ name: "", names: {}, country: "", stands: [], categories: [], email: null, language: "en" });
  });
});

describe("a finding", () => {
  const found = { problem: "used twice, first by feature 3 (A-1)", remedy: "give each its own number", code: "number-twice", values: { first: "feature 3 (A-1)" } };
  const placed = (at: string): string => `<${at}>`;

  it("is told in the reader's language, its places too", () => {
    expect(findingIn("ru", found, placed)).toEqual({ text: "Номер уже есть: <feature 3 (A-1)>. Дайте каждому стенду свой номер.", lang: "ru" });
    expect(findingIn("zh", found, placed).text).toContain("首次出现于<feature 3 (A-1)>");
    expect(findingIn("ru", { code: "area-differs", values: { stated: 12.5, drawn: 1000 } }, placed).text.replace(/\s/gu, " ")).toContain("Указано 12,5 м², а контур охватывает 1 000 м²");
  });

  it("is told in the catalog's own words in English, and where the page does not know it", () => {
    const own = { text: "used twice, first by feature 3 (A-1): give each its own number.", lang: "en" };
    expect(findingIn("en", found, placed)).toEqual(own);
    expect(findingIn("zh", { ...found, code: "of-tomorrow" }, placed)).toEqual(own);
  });
});
