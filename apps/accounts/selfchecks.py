"""What `manage.py selfcheck` looks at in posts and the rights that stand for them."""

from collections import defaultdict

from guardian.models import GroupObjectPermission

from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES
from apps.accounts.selectors import forged_rows, held_rights, wanted_rights
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed


def permissions() -> str:
    """Guardian's rows and live posts say the same, and nobody is above the posts."""
    wanted, held = wanted_rights(), held_rights()
    problems = []
    if held - wanted:
        problems.append(f"{len(held - wanted)} rights without a post, the first {min(held - wanted)}")
    if wanted - held:
        problems.append(f"{len(wanted - held)} rights of posts are missing, the first {min(wanted - held)}")
    if GroupObjectPermission.objects.exists():
        problems.append("a group holds rights; only users in posts do")
    powerful = User.objects.filter(is_superuser=True).count()
    if powerful:
        problems.append(f"{powerful} users are marked as superusers")
    if problems:
        raise CheckFailed("; ".join(problems) + "; see: manage.py align_rights")
    return f"{len(held)} rights match {Post.objects.not_ended().count()} posts"


def forgery() -> str:
    """Posts, users and rights are what the product wrote."""
    found = forged_rows()
    if found:
        raise CheckFailed("; ".join(found[:3]) + f" ({len(found)} problems; run: verify_rights)")
    return f"{User.objects.count()} users and {Post.objects.count()} posts bear our stamp"


def separation() -> str:
    """三员分立: an administrator's post is the holder's only one, and each of the three has a holder."""
    roles = defaultdict(list)
    for user_id, role in Post.objects.not_ended().values_list("user_id", "role"):
        roles[user_id].append(role)
    both = [user for user, held in roles.items() if len(held) > 1 and any(ROLES[role].administrator for role in held)]
    if both:
        names = User.objects.filter(pk__in=both).values_list("username", flat=True)
        raise CheckFailed(f"hold another post beside an administrator's: {', '.join(names)}")
    filled = {role for held in roles.values() for role in held}
    vacant = sorted(role.code for role in ROLES.values() if role.administrator and role.code not in filled)
    if vacant:
        raise CheckFailed(f"nobody is {', '.join(vacant)}; see: manage.py create_administrators")
    return "system, security and audit administrators are different people"


CHECKS = {
    "rights": SelfCheck("stamps of users and posts", forgery),
    "permissions": SelfCheck("permissions", permissions),
    "separation": SelfCheck("three administrators", separation),
}
