"""Writes the demonstration fair beside itself: `python -m deploy.demo.generate`. Everything in it is made up."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HALL_SIZE_M = (78, 48)
CATEGORIES = {
    "100": {"en": "Machinery and instruments", "zh": "机械与仪器", "ru": "Машины и приборы"},
    "200": {"en": "Food and agriculture", "zh": "食品与农业", "ru": "Продовольствие и сельское хозяйство"},
    "300": {"en": "Textiles and clothing", "zh": "纺织与服装", "ru": "Текстиль и одежда"},
    "400": {"en": "Logistics and customs services", "zh": "物流与报关服务", "ru": "Логистика и таможенные услуги"},
    "500": {"en": "Energy and materials", "zh": "能源与材料", "ru": "Энергетика и материалы"},
    "600": {"en": "Culture and tourism", "zh": "文化与旅游", "ru": "Культура и туризм"},
}
FAIR = {
    "slug": "silk-road-2027",
    "name": {
        "en": "Silk Road Trade Fair 2027",
        "zh": "2027丝路贸易博览会",
        "ru": "Торговая выставка «Шёлковый путь» 2027",
    },
    "organizer": "jiaozhou-expo",
    "venue": {
        "slug": "jiaozhou-exchange-centre",
        "name": {"en": "Jiaozhou Exchange Centre", "zh": "胶州交流中心", "ru": "Центр обмена Цзяочжоу"},
        "city": "Qingdao",
        "country": "CN",
    },
    "starts": "2027-05-18",
    "ends": "2027-05-21",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "rates": [
        {"per_m2_minor": 98_000, "open_sides": 1, "until": "2026-12-31"},
        {"per_m2_minor": 118_000},
        {"per_m2_minor": 112_000, "open_sides": 1},
        {"per_m2_minor": 128_000, "open_sides": 2},
        {"per_m2_minor": 138_000, "open_sides": 3},
        {"per_m2_minor": 148_000, "open_sides": 4},
        {"per_m2_minor": 108_000, "hall": "3"},
    ],
    "deadlines": [
        {
            "day": "2026-12-31",
            "name": {
                "en": "Early rate for row stands ends",
                "zh": "单面展位早鸟价截止",
                "ru": "Последний день ранней цены на линейные стенды",
            },
        },
        {
            "day": "2027-03-15",
            "name": {"en": "Stand designs are due", "zh": "提交展位设计图", "ru": "Сдать проекты стендов"},
        },
        {
            "day": "2027-04-15",
            "name": {
                "en": "Order power, water and internet",
                "zh": "预订水电和网络",
                "ru": "Заказать электричество, воду и интернет",
            },
        },
        {"day": "2027-05-15", "name": {"en": "Build-up begins", "zh": "布展开始", "ru": "Начало монтажа"}},
    ],
}

# English, Chinese and Russian, of a place with its country and of a trade with its category.
CHINESE = (
    ("Lanzhou", "兰州", "Ланьчжоу"),
    ("Qingdao", "青岛", "Циндао"),
    ("Xi'an", "西安", "Сиань"),
    ("Harbin", "哈尔滨", "Харбин"),
    ("Urumqi", "乌鲁木齐", "Урумчи"),
    ("Yiwu", "义乌", "Иу"),
)
RUSSIAN = (
    ("Altai", "阿尔泰", "Алтай"),
    ("Ural", "乌拉尔", "Урал"),
    ("Baikal", "贝加尔", "Байкал"),
    ("Volga", "伏尔加", "Волга"),
    ("Primorye", "滨海", "Приморье"),
)
NEIGHBOURS = (
    ("Almaty", "阿拉木图", "Алматы", "Kazakhstan", "ru"),
    ("Tashkent", "塔什干", "Ташкент", "Uzbekistan", "ru"),
    ("Minsk", "明斯克", "Минск", "Belarus", "ru"),
    ("Northwind", "北风", "Нортвинд", "United Kingdom", "en"),
    ("Izmir", "伊兹密尔", "Измир", "Turkey", "en"),
)
TRADES = (
    ("Precision Instruments", "精密仪器", "Точные приборы", "100"),
    ("Agro", "农业", "Агро", "200"),
    ("Textiles", "纺织", "Текстиль", "300"),
    ("Rail Logistics", "铁路物流", "Железнодорожная логистика", "400"),
    ("Energy", "能源", "Энергия", "500"),
)


@dataclass(slots=True)
class Exhibitor:
    """One line of the list."""

    name: str
    zh: str
    ru: str
    country: str
    language: str
    category: str
    stands: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The name as it stands in addresses."""
        return re.sub(r"[^a-z0-9]+", "-", self.short.lower().replace("'", "")).strip("-")

    @property
    def short(self) -> str:
        """The name without its company form."""
        return self.name.removesuffix(" Co., Ltd.").removesuffix(" LLC").removesuffix(" Ltd")


def exhibitors() -> list[Exhibitor]:
    """Eighty companies: each trade in each place."""
    made = []
    for (en, zh, ru), (trade, trade_zh, trade_ru, category) in itertools.product(CHINESE, TRADES):
        made.append(
            Exhibitor(f"{en} {trade} Co., Ltd.", f"{zh}{trade_zh}有限公司", f"{ru} {trade_ru}", "China", "zh", category)
        )
    for (en, zh, ru), (trade, trade_zh, trade_ru, category) in itertools.product(RUSSIAN, TRADES):
        made.append(
            Exhibitor(f"{en} {trade} LLC", f"{zh}{trade_zh}公司", f"ООО «{ru} {trade_ru}»", "Russia", "ru", category)
        )
    for (en, zh, ru, country, language), (trade, trade_zh, trade_ru, category) in itertools.product(NEIGHBOURS, TRADES):
        made.append(
            Exhibitor(f"{en} {trade} Ltd", f"{zh}{trade_zh}公司", f"{ru} {trade_ru}", country, language, category)
        )
    return made


def rectangle(number: str, x: float, y: float, width: float, depth: float) -> dict[str, Any]:
    """A stand as a GeoJSON feature, in metres."""
    corners = [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth], [x, y]]
    geometry = {"type": "Polygon", "coordinates": [corners]}
    return {"type": "Feature", "properties": {"number": number, "area_m2": width * depth}, "geometry": geometry}


def stands(hall: int) -> Iterator[dict[str, Any]]:
    """Six rows, back to back in pairs with gangways between; hall 2 has a national pavilion and a shared stand."""
    widths = ((12, 12, 9, 9, 12), (9, 9, 6, 6, 12, 12), (6, 6, 9, 12, 9, 6))[hall - 1]
    for row, y in zip("ABCDEF", (2, 8, 18, 24, 34, 40), strict=True):
        if hall == 2 and row in "CD":
            continue
        x = 4.0
        for place, width in enumerate(widths if row in "ACE" else reversed(widths), start=1):
            yield rectangle(f"{row}-{place:02}1", x, y, width, 6)
            x += width + (3 if place == 3 else 0)
    if hall == 2:
        yield rectangle("C-010", 4, 18, 36, 12)
        for place in range(6):
            yield rectangle(f"C-011{'abcdef'[place]}", 4 + 12 * (place % 3), 18 + 6 * (place // 3), 12, 6)
        yield rectangle("C-020", 46, 18, 18, 12)
        yield rectangle("C-020a", 46, 18, 18, 12)


def hall_plan(hall: int, features: list[dict[str, Any]]) -> dict[str, Any]:
    """A hall's floor plan as a GeoJSON FeatureCollection."""
    names = {"en": f"Hall {hall}", "zh": f"{hall}号馆", "ru": f"Зал {hall}"}
    properties = {"hall": str(hall), "name": names, "size_m": HALL_SIZE_M, "units": "metre, local frame, y down"}
    return {"type": "FeatureCollection", "properties": properties, "features": features}


def main(folder: Path = HERE) -> None:
    """Write all files of the folder."""
    listed = exhibitors()
    (folder / "halls").mkdir(exist_ok=True)
    turn = iter(listed)
    for hall in (1, 2, 3):
        features = list(stands(hall))
        for index, feature in enumerate(features):
            # Every fourth stand is still to be had, and so are the outlines that hold other stands.
            exhibitor = None if index % 4 == 3 or feature["properties"]["number"] == "C-010" else next(turn, None)
            if exhibitor is not None:
                feature["properties"]["exhibitors"] = [exhibitor.name]
                exhibitor.stands.append(f"{hall}/{feature['properties']['number']}")
        plan = json.dumps(hall_plan(hall, features), ensure_ascii=False)
        (folder / "halls" / f"hall-{hall}.geojson").write_text(
            plan.replace('{"type": "Feature"', '\n{"type": "Feature"') + "\n"
        )
    with (folder / "exhibitors.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("id", "name", "name_zh", "name_ru", "country", "stands", "category_codes", "email", "language"))
        for e in listed:
            places = "; ".join(e.stands)
            address = f"{e.id}@exhibitors.example"
            table.writerow((e.id, e.name, e.zh, e.ru, e.country, places, e.category, address, e.language))
    (folder / "fair.json").write_text(json.dumps(FAIR, ensure_ascii=False, indent=2) + "\n")
    (folder / "categories.json").write_text(json.dumps(CATEGORIES, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
