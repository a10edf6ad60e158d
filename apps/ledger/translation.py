"""Names of accounts in both languages, and histories.

Authorities, postings, entries and balances have none: the first never change, and the others are the record itself.
"""

from modeltranslation.translator import TranslationOptions, register

from apps.ledger.models import Account, AuthorityDocument, Books, DocumentLine, PostingRule
from imbudget.kit.historybase import keep_history


class NameOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


register(Account)(NameOptions)

KEYS = (
    *("year", "region", "project", "unit", "fund", "transfer_function", "function", "government_economic"),
    *("department_economic", "receiving_region", "origin"),
)

keep_history(Account, "apps.ledger")
keep_history(PostingRule, "apps.ledger")
keep_history(Books, "apps.ledger")
keep_history(
    AuthorityDocument,
    "apps.ledger",
    excluded=("revision",),
    unindexed=("region", "league", "unit", "year", "author", "upper"),
)
keep_history(DocumentLine, "apps.ledger", unindexed=(*KEYS, "target"))
