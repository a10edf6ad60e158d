"""Settings of the test suite: the product's own, with cheap hashing and tasks run in place."""

from imbudget.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTOR, ONE_SESSION = "optional", False
CELERY_TASK_ALWAYS_EAGER = True
STRANGERS_PER_MINUTE = 0  # all tests come from one address; those of the limit set their own
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "imbudget.kit.testing.statics.RememberedAddresses"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True  # nothing is collected before a test run
# Refusals are what many tests are about: told with their whole traceback they cost more than the answer.
LOGGING = {**LOGGING, "loggers": {"django.request": {"level": "ERROR"}}}  # noqa: F405
