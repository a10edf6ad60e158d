"""Every sealed value of a person is said to be held, or it is said why not; what is held can be found and shown."""

import pytest
from django.apps import apps

from apps.persons.why import longest_days, other_purposes, why
from imbudget.kit import classification, registry
from imbudget.kit.fields import BlindIndexField
from imbudget.kit.personal import Sort, without_numbers
from imbudget.kit.testing.secrets import sealed_fields

pytestmark = [pytest.mark.covers("H1"), pytest.mark.django_db]
# Sealed values that no page shows in clear, and why they are no holding of their own.
NO_HOLDING = {
    "accounts.User.phone": "told to nobody; entered and replaced in the administration, never shown",
    "accounts.Factor.secret": "what an authenticator app shares with us: no fact about a person, shown once to its owner",
    "regions.Unit.phone": "the telephone of an office",
    "projects.Project.phone": "the telephone of an office, masked but to whom enters it",
    "review.Kinship.note": "shown with its expert (review.expert)",
    "review.Objection.source": "the address it came from; no page shows it",
    "subsidy.RosterObjection.source": "the address it came from; no page shows it",
    "subsidy.LineCorrection.old_card": "the card before a correction; its page masks it, its line is a holding",
    "monitoring.Exemption.account": "an exception from a rule; no page shows it, its row is found by its payee",
    "persons.PersonRequest.person": "the request itself, for those who answer it",
    "persons.PersonRequest.number": "the request itself, for those who answer it",
}


def test_every_sealed_value_is_a_holding_or_says_why_not():
    held = {
        f"{apps.get_model(label)._meta.label}.{item.name}"
        for label, holding in registry.personal_data.items()
        for item in holding.items
    }
    sealed = {
        f"{model._meta.label}.{name}" for model, name in sealed_fields() if not model.__name__.startswith("Historical")
    }
    assert sealed - held == set(NO_HOLDING)
    assert held <= sealed


def test_what_is_searched_has_its_index_and_says_why_it_is_held():
    for label, holding in registry.personal_data.items():
        fields = {field.name: field for field in apps.get_model(label)._meta.concrete_fields}
        for item in holding.items:
            assert (item.index == "") == (item.sort == Sort.OTHER), f"{label}.{item.name}"
            if item.index:
                index = fields[item.index]
                assert isinstance(index, BlindIndexField)
                assert index.source == item.name
        assert holding.model is apps.get_model(label)
        told = why(holding)
        assert all(str(text) for text in (holding.label, told.purpose, told.basis, told.period)), label


def test_every_mask_hides_most_of_a_number():
    for label, holding in registry.personal_data.items():
        for item in holding.items:
            shown = item.mask("150102198001011237")
            assert sum(letter.isdigit() for letter in shown) <= 7, f"{label}.{item.name}"
            assert "198001" not in shown


def test_records_keep_no_long_number():
    assert without_numbers("q=150102198001011237&state=open&year=2027") == "q=150…1237&state=open&year=2027"
    assert without_numbers("number=15010219800101123X") == "number=150…123X"


def test_purpose_basis_and_period_have_one_source():
    """What is done away with belongs to a purpose, is about fields of that purpose, and is not kept beyond its period."""
    for key, ending in registry.retention.items():
        model = apps.get_model(ending.table)
        codes = {one.purpose.code for one in classification.personal_fields(model).values() if one.purpose}
        assert ending.purpose in codes, key
        assert ending.days <= longest_days(ending), key


def test_every_purpose_is_told_to_the_public():
    told = [why(holding).purpose for _label, holding in registry.personal_data.items()]
    told += [purpose.name for purpose, tables in other_purposes() if tables]
    for purpose in classification.purposes().values():
        assert any(purpose.name in text for text in told), purpose.code
