"""SM2: the example of the standard, and every kind of wrong signature."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from gmalg import SM2
from hypothesis import given
from hypothesis import strategies as st

from imbudget.kit.crypto import sm3
from imbudget.kit.signing import IDENTITY, ORDER, SoftwareProvider, verify

# GB/T 32918.5-2017, A.2: signature over "message digest" by the recommended curve.
SECRET = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
CHANCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
MESSAGE = b"message digest"


@pytest.mark.covers("不可否认性")
def test_the_example_of_the_standard() -> None:
    assert SM2().generate_pk(SECRET) == PUBLIC
    r, s = SM2(SECRET, IDENTITY, PUBLIC, rnd_fn=lambda _bits: CHANCE).sign(MESSAGE)
    assert (int.from_bytes(r), int.from_bytes(s)) == (R, S)
    assert verify(PUBLIC, MESSAGE, encode_dss_signature(R, S))


@pytest.mark.covers("不可否认性", "传输完整性")
@pytest.mark.parametrize(
    ("key", "message", "signature"),
    [
        (PUBLIC, MESSAGE + b"!", encode_dss_signature(R, S)),
        (PUBLIC, MESSAGE, encode_dss_signature(R, S + 1)),
        (PUBLIC, MESSAGE, encode_dss_signature(0, S)),
        (PUBLIC, MESSAGE, encode_dss_signature(R, 0)),
        (PUBLIC, MESSAGE, encode_dss_signature(R, ORDER)),
        (PUBLIC, MESSAGE, encode_dss_signature(R << 300, S)),
        (PUBLIC, MESSAGE, b""),
        (PUBLIC[:-1], MESSAGE, encode_dss_signature(R, S)),
        (PUBLIC[:-1] + b"\x00", MESSAGE, encode_dss_signature(R, S)),
        (b"\x00", MESSAGE, encode_dss_signature(R, S)),
        (b"\x04" + b"\x00" * 64, MESSAGE, encode_dss_signature(R, S)),
        (b"", MESSAGE, encode_dss_signature(R, S)),
    ],
)
def test_what_is_no_signature_of_this_key_over_this(key: bytes, message: bytes, signature: bytes) -> None:
    assert not verify(key, message, signature)


def test_each_holder_signs_with_a_key_of_its_own() -> None:
    offices, digest = SoftwareProvider(b"\x01" * 32), sm3(b"a voucher")
    signed = offices.sign("150123", digest)
    assert verify(offices.public_key("150123"), digest, signed)
    assert not verify(offices.public_key("150122"), digest, signed)
    assert SoftwareProvider(b"\x01" * 32).public_key("150123") == offices.public_key("150123")
    assert SoftwareProvider(b"\x02" * 32).public_key("150123") != offices.public_key("150123")


@given(st.binary(max_size=80), st.binary(max_size=70))
def test_any_bytes_are_no_signature(signature: bytes, key: bytes) -> None:
    assert not verify(PUBLIC, MESSAGE, signature)
    assert not verify(key, MESSAGE, encode_dss_signature(R, S))
