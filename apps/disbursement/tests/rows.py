"""One of each document of disbursement, for tests that walk through all addresses."""

from decimal import Decimal
from typing import Any

from apps.disbursement.models import ContractFile
from apps.disbursement.services.plans import LineInput
from apps.disbursement.tests.factories import Treasury
from apps.disbursement.tests.papers import make_contract, make_payee, make_plan
from apps.files.models import StoredFile


def by_address(treasury: Treasury) -> dict[str, Any]:
    """The row behind each address, by the beginning of its name."""
    request = treasury.request()
    payee = make_payee(treasury)
    contract = make_contract(treasury, payee, active=False)
    scan = StoredFile.objects.create(region=treasury.region, unit=treasury.unit, name="合同.pdf", size=1)
    line = LineInput(1, Decimal("1.00"), authority=treasury.authority)
    return {
        "disbursement:request": request,
        "disbursement:row": request.rows.get(),
        "disbursement:payee": payee,
        "disbursement:contractfile": ContractFile.objects.create(contract=contract, file=scan),
        "disbursement:contract": contract,
        "disbursement:plan": make_plan(treasury, line, approved=False),
    }
