"""What `manage.py selfcheck` looks at in the review: accounts of experts, keys of employers, draws, score sheets, results."""

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import Post
from apps.evidence.models import Entry
from apps.projects.selectors.versions import digest_of
from apps.review.employers import employer_key
from apps.review.models import (
    Conclusion,
    ConclusionState,
    Draw,
    DrawState,
    Employment,
    Expert,
    ExpertState,
    Kinship,
    ReviewItem,
    ScoreSheet,
    SheetState,
)
from apps.review.selectors.sheets import is_intact
from apps.review.selectors.verifying import verify_draw
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

READ = 50_000
DRAWS = 1000  # the newest; `verify_draw --all` repeats every one
RESULT = ("project__code", "verdict", "amount")
IN_POOL = (ExpertState.ADMITTED, ExpertState.SUSPENDED)


def accounts() -> str:
    """Experts of the pool can sign in as such at their region, and those who are not, cannot."""
    held = Post.objects.on().filter(role="expert").values("user_id", "region_id")
    pairs = {(post["user_id"], post["region_id"]) for post in held}
    rows = Expert.objects.values_list("pk", "user_id", "region_id", "state")
    bare: list[int] = []
    left: list[tuple[int, int | None]] = []
    for pk, user_id, region_id, state in rows.iterator(5000):
        if state in IN_POOL and (user_id, region_id) not in pairs:
            bare.append(pk)
        elif state == ExpertState.REMOVED and (user_id, region_id) in pairs:
            left.append((pk, user_id))
    lasting = _still_signing_in(left)
    if bare:
        raise CheckFailed(f"{len(bare)} experts of the pool hold no post as an expert, the first has number {bare[0]}")
    if lasting:
        raise CheckFailed(f"{len(lasting)} removed experts still hold their post, the first has number {lasting[0]}")
    return f"{Expert.objects.filter(state__in=IN_POOL).count()} experts of the pool have their accounts"


def _still_signing_in(rows: list[tuple[int, int | None]]) -> list[int]:
    """A post that was given on the day of the removal lasts until its end; the account is switched off at once."""
    today = timezone.localdate()
    posts = Post.objects.filter(role="expert", user_id__in=[user_id for _pk, user_id in rows], user__is_active=True)
    lasting = set(posts.filter(Q(valid_to=None) | Q(valid_to__gt=today)).values_list("user_id", flat=True))
    return [pk for pk, user_id in rows if user_id in lasting]


def employers() -> str:
    """The keys by which an expert is kept from projects are those of the names that stand beside them."""
    read = 0
    for model in (Expert, Employment, Kinship):
        rows = model._default_manager.order_by("-pk").values_list("pk", "employer", "employer_key")
        for pk, name, key in rows[:READ].iterator(5000):
            read += 1
            if employer_key(name) != key:
                raise CheckFailed(f"{model._meta.label} {pk}: the key of its employer is not that of its name")
    return f"{read} employers have their keys"


def results() -> str:
    """Confirmed results say what evidence says was confirmed, and so do the rows that pages and notices read."""
    told = Entry.objects.filter(event="review.confirmed").order_by("pk").values_list("subject_id", "facts__digest")
    kept = dict(told.iterator(5000))
    read = 0
    for conclusion in Conclusion.objects.filter(state=ConclusionState.CONFIRMED).order_by("pk").iterator(500):
        read += 1
        if digest_of(conclusion.body) != conclusion.digest or kept.get(str(conclusion.pk)) != conclusion.digest:
            raise CheckFailed(f"conclusion {conclusion.pk}: its result is not the one that was confirmed")
        rows = ReviewItem.objects.filter(review=conclusion.review_id).order_by("number")
        now = [(code, verdict, f"{amount:.2f}") for code, verdict, amount in rows.values_list(*RESULT)]
        if now != [(item["code"], item["verdict"], item["amount"]) for item in conclusion.body["items"]]:
            raise CheckFailed(f"conclusion {conclusion.pk}: the results of its projects have been changed since")
    return f"{read} confirmed results are as they were confirmed"


def sheets() -> str:
    """Score sheets that were handed in say what their digests in evidence stand for."""
    told = set(Entry.objects.filter(event="review.sheet_submitted").values_list("facts__digest", flat=True).iterator())
    related = (
        "item__review__region",
        "item__review__form_version",
        "item__project",
        "item__dossier__version",
        "member",
    )
    rows = ScoreSheet.objects.filter(state=SheetState.SUBMITTED).select_related(*related).order_by("-pk")
    read = 0
    for sheet in rows.defer("item__dossier__version__body", "item__review__form_version__body")[:READ].iterator(500):
        read += 1
        if not is_intact(sheet) or sheet.digest not in told:
            raise CheckFailed(f"score sheet {sheet.pk}: it is not the one that was handed in")
    return f"{read} score sheets are as they were handed in"


def drawings() -> str:
    """Draws that were made give the same panels when they are repeated, from the facts that evidence knows."""
    read = 0
    for pk in Draw.objects.filter(state=DrawState.DRAWN).order_by("-pk").values_list("pk", flat=True)[:DRAWS]:
        read += 1
        problems = verify_draw(Draw.objects.for_verifying().get(pk=pk)).problems
        if problems:
            raise CheckFailed(f"draw {pk}: {', '.join(check.name for check in problems)} (see verify_draw)")
    return f"{read} draws are equal when repeated"


CHECKS = {
    "review_accounts": SelfCheck("accounts of experts", accounts),
    "review_employers": SelfCheck("employers of experts", employers),
    "review_results": SelfCheck("confirmed results", results),
    "review_draws": SelfCheck("draws of experts", drawings),
    "review_sheets": SelfCheck("score sheets", sheets),
}
