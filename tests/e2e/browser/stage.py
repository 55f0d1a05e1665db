"""A made-up fair on a running stack, with a hall of its own for each test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from deploy.stack.accounts import SAMPLES
from shared.runtime.auth import Issuer, Principal

FAIR = "harvest-2027"
HALLS = 48
DEADLINE_SECONDS = 30.0

COUNTRIES = {"emma": "GB", "olga": "RU", "lan": "CN"}
ORGANIZER = next(sample.principal for sample in SAMPLES if sample.account == "organizer")
EXHIBITORS = {sample.account: sample for sample in SAMPLES if sample.account in COUNTRIES}


@dataclass(frozen=True)
class Stage:
    """Where the stack is, and how to act on it without a browser."""

    url: str
    issuer: Issuer

    def client(self, principal: Principal) -> httpx.Client:
        """A client of the public API that speaks for `principal`."""
        headers = {"Authorization": f"Bearer {self.issuer.mint(principal)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20)

    def exhibitor(self, account: str) -> Principal:
        """Who an exhibitor's sample account is."""
        return EXHIBITORS[account].principal

    def hold(self, account: str, *booths: str) -> httpx.Response:
        """Hold booths as an exhibitor, over the API."""
        with self.client(self.exhibitor(account)) as client:
            body = {"fair": FAIR, "booths": list(booths), "exhibitor": EXHIBITORS[account].exhibitor}
            return client.post("/api/booking/reservations", json=body, headers={"Idempotency-Key": "-".join(booths)})

    def set_up(self, accounts: Iterable[str] = EXHIBITORS) -> None:
        """Enter venue, fair, plans and the accounts' exhibitors, publish, and wait until every booth can be booked."""
        with self.client(ORGANIZER) as client:
            _ok(client.put("/api/catalog/venues/market-hall", json=_venue()))
            _ok(client.put(f"/api/catalog/fairs/{FAIR}", json=_fair()))
            for number in range(1, HALLS + 1):
                plan = f"/api/catalog/fairs/{FAIR}/halls/{number}/floor-plan"
                _ok(client.put(plan, json=a_plan(), headers={"Content-Type": "application/geo+json"}))
            exhibitors = f"/api/catalog/fairs/{FAIR}/exhibitors"
            _ok(client.put(exhibitors, content=sheet(accounts).encode(), headers={"Content-Type": "text/csv"}))
            _ok(client.post(f"/api/catalog/fairs/{FAIR}/publish", headers={"Idempotency-Key": "publish"}))
            self.wait_for_booths(client, FAIR, HALLS * len(a_plan()["features"]))

    def open_fair(self, fair: str, settings: dict[str, Any], exhibitors: str = "") -> None:
        """Enter and publish a fair of one hall, and wait until its booths can be booked."""
        with self.client(ORGANIZER) as client:
            at = f"/api/catalog/fairs/{fair}"
            _ok(client.put(at, json=settings))
            plan = {"json": a_plan(), "headers": {"Content-Type": "application/geo+json"}}
            _ok(client.put(f"{at}/halls/1/floor-plan", **plan))
            if exhibitors:
                table = {"content": exhibitors.encode(), "headers": {"Content-Type": "text/csv"}}
                _ok(client.put(f"{at}/exhibitors", **table))
            _ok(client.post(f"{at}/publish", headers={"Idempotency-Key": f"publish-{fair}"}))
            self.wait_for_booths(client, fair, len(a_plan()["features"]))

    def wait_for_booths(self, client: httpx.Client, fair: str, wanted: int) -> None:
        """Wait until booking knows so many booths of a fair."""

        def known() -> bool:
            answer = client.get(f"/api/booking/fairs/{fair}/booths")
            return answer.status_code == 200 and len(answer.json()["booths"]) == wanted

        wait(known, f"booking knows {wanted} booths of {fair}")

    def wait_for_price(self, client: httpx.Client, fair: str, booth: str, amount_minor: int) -> None:
        """Wait until booking knows what a booth costs now."""

        def known() -> bool:
            told = client.get(f"/api/booking/fairs/{fair}/prices").json()["booths"]
            return {"booth": booth, "amount_minor": amount_minor} in told

        wait(known, f"{booth} costs {amount_minor}")


def sheet(accounts: Iterable[str]) -> str:
    """The table that registers the exhibitors of sample accounts at a fair."""
    lines = ["id,name,country,language,email"]
    for account in accounts:
        one = EXHIBITORS[account]
        lines.append(f"{one.exhibitor},{one.display},{COUNTRIES[account]},{one.language},{account}@example.org")
    return "".join(f"{line}\n" for line in lines)


def wait(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds. Raises AssertionError where it never does."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"not after {DEADLINE_SECONDS:g} s: {what}"
        time.sleep(0.1)


def _ok(answer: httpx.Response) -> None:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"


def _venue() -> dict[str, Any]:
    halls = [
        {"hall": str(n), "name": {"en": f"Hall {n}", "zh": f"{n} 号馆", "ru": f"Зал {n}"}, "width_m": 48, "depth_m": 27}
        for n in range(1, HALLS + 1)
    ]
    name = {"en": "Market Hall", "zh": "交易馆", "ru": "Торговый зал"}
    return {"name": name, "city": "Almaty", "country": "KZ", "time_zone": "Asia/Almaty", "halls": halls}


def _fair() -> dict[str, Any]:
    return {
        "name": {"en": "Harvest Fair 2027", "zh": "2027 丰收博览会", "ru": "Выставка «Урожай» 2027"},
        "venue": "market-hall",
        "starts": "2027-09-14",
        "ends": "2027-09-17",
        "time_zone": "Asia/Almaty",
        "currency": "KZT",
        "hold_ttl_seconds": 900,
        "hold_extensions_max": 1,
        "held_booths_max": 200,
    }


def a_plan() -> dict[str, Any]:
    """A hall's floor plan: two rows of six booths, two large ones, and a joint stand over two of its own parts."""
    features = [
        _booth(f"{row}-{column + 1:02}", 3 + 7 * column, y, 6, 4)
        for row, y in (("A", 2), ("B", 8))
        for column in range(6)
    ]
    features += [_booth(f"C-{column + 1:02}", 3 + 14 * column, 15, 12, 8) for column in range(2)]
    features += [_booth("D-01g", 31, 15, 12, 8), _booth("D-01a", 31.5, 15.5, 5, 7), _booth("D-01b", 37.5, 15.5, 5, 7)]
    return {"type": "FeatureCollection", "features": features}


def _booth(number: str, x: float, y: float, width: float, depth: float) -> dict[str, Any]:
    ring = [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth], [x, y]]
    return {
        "type": "Feature",
        "properties": {"number": number, "area_m2": width * depth},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
