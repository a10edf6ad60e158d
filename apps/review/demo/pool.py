"""The expert pool of the demonstration: people who do not exist, of institutes and firms as there are in the region."""

import csv
from collections import Counter
from datetime import date, timedelta
from string import ascii_lowercase

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.regions.models import Region
from apps.review.expertfacts import SIGNS, WEIGHTS, ExpertFacts
from apps.review.models import Expert
from apps.review.services.admission import admit_at_once
from apps.review.services.experts import enter_expert
from imbudget.kit.actor import system_actor

ACTOR = system_actor("load_demo")
FILE = settings.BASE_DIR / "fixtures" / "review" / "demo_experts.csv"
BORN, NOWHERE = date(1968, 1, 5), "159999"  # no division has this code, so nobody has such an identity number


def load_pool(password: str) -> None:
    """Everybody of the file, admitted, each with an account; `password` is the hash that all accounts share."""
    regions = {region.code: region for region in Region.objects.filter(code__startswith="15")}
    places: Counter[str] = Counter()
    with FILE.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            code = row["region_code"]
            letters = ascii_lowercase[places[code]]
            places[code] += 1
            _expert(regions[code], row, number, f"zj{code}{letters}", password)


def _expert(region: Region, row: dict[str, str], number: int, username: str, password: str) -> None:
    facts = ExpertFacts(
        name=row["name"],
        employer=row["employer"],
        title_rank=row["title_rank"],
        title=row["title"],
        id_number=identity_number(number),
        phone=f"0471-7{number:06d}",
        level=region.level,
        fields=tuple(row["fields"].split(";")),
        languages=tuple(row["languages"].split(";")),
    )
    expert = enter_expert(ACTOR, region, facts)
    user = User.objects.create(
        username=username,
        name=row["name"],
        password=password,
        must_change_password=False,
        password_changed_at=timezone.now(),
    )
    Expert.objects.filter(pk=expert.pk).update(user=user)  # the account that admission finds
    expert.refresh_from_db()
    admit_at_once(ACTOR, expert)


def identity_number(number: int) -> str:
    """A number whose places tie, of a place that does not exist."""
    born = BORN + timedelta(days=97 * number)
    body = f"{NOWHERE}{born:%Y%m%d}{number:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + SIGNS[total % 11]
