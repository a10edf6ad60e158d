"""Certificates of UKeys, as the web server in front hands them on after mutual TLS (GB/T 39786: 身份鉴别).

The web server checks chain, revocation and possession of the key (SM2 with a TLCP server, else the suites of TLS); it tells
us by two headers that it was so and which certificate it was. They are believed from `TRUSTED_PROXIES` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation

MOST = 20_000  # characters of a PEM block, escaped


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is kept of a certificate: SHA-256 of its DER bytes, its subject, its term."""

    fingerprint: str
    subject: str
    begins: datetime
    ends: datetime

    def holds_at(self, moment: datetime) -> bool:
        return self.begins <= moment <= self.ends


def read_certificate(pem: str) -> Certificate:
    """The certificate of a PEM block; raises RuleViolation where it is none."""
    try:
        found = x509.load_pem_x509_certificate(pem.strip().encode())
    except (ValueError, UnicodeEncodeError) as error:
        raise RuleViolation(_("This is no certificate in PEM form.")) from error
    digest = sha256(found.public_bytes(Encoding.DER)).hexdigest()
    return Certificate(digest, found.subject.rfc4514_string(), found.not_valid_before_utc, found.not_valid_after_utc)


def fingerprint_told(headers: Mapping[str, str], header: str, moment: datetime) -> str:
    """The fingerprint of the certificate that a trusted web server has checked, or ''.

    `header` names the one with the escaped PEM (nginx: `$ssl_client_escaped_cert`); the one that ends with `-Verify`
    instead of `-Cert` must say SUCCESS (`$ssl_client_verify`).
    """
    told = headers.get(header, "")
    if not told or len(told) > MOST or headers.get(verify_header(header)) != "SUCCESS":
        return ""
    try:
        found = read_certificate(unquote(told))
    except RuleViolation:
        return ""
    return found.fingerprint if found.holds_at(moment) else ""


def verify_header(header: str) -> str:
    """The header that says whether the certificate was verified."""
    return f"{header.removesuffix('-Cert')}-Verify"
