"""Sessions in the database, as Django keeps them; each request reads one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from imbudget.kit.compiled import Compiled

live = Compiled(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), key="text", now="moment")


class SessionStore(db.SessionStore):
    """Django's own, but that what each request asks is made once."""

    def _get_session_from_db(self) -> Session | None:
        found = live.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
