"""No translated field here; modeltranslation's discovery is where history can be registered last."""

from apps.accounts.models import Clearance, Post, SignatureRule, User
from imbudget.kit.historybase import keep_history

keep_history(Post, "apps.accounts", excluded=("mac",))
keep_history(SignatureRule, "apps.accounts", excluded=("mac",))
keep_history(Clearance, "apps.accounts", excluded=("mac",))
keep_history(User, "apps.accounts", excluded=("password", "last_login", "session_epoch", "phone", "mac"))
