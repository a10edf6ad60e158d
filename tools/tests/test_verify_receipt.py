"""The program for outsiders: it believes what holds, and nothing else; it knows none of our code."""

import ast
import base64
import hashlib
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.evidence.receipts.checking import check
from apps.evidence.receipts.keys import pem_of
from apps.evidence.receipts.writing import NoReceipt, code_of, parse, text_in, to_bytes
from apps.evidence.tests.samples import KEY, log_of
from imbudget.kit.signing import SoftwareProvider, key_id_of

TOOL = Path(__file__).resolve().parents[1] / "verify_receipt.py"
HOLDS, FALSE, UNKNOWN = 0, 1, 2
OTHER = SoftwareProvider(b"\x09" * 32)


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("receipt_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = loaded()


def run(folder: Path, content: bytes, *more: str, key: str = KEY.hex()) -> tuple[int, str]:
    """As an outsider runs it: from a folder of their own, alone."""
    (folder / "receipt").write_bytes(content)
    command = [sys.executable, "-I", str(TOOL), "receipt", "--key", key, *more]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout.decode()


def ours(content: bytes, key: bytes = KEY) -> bool:
    """What the public page says."""
    try:
        receipt = parse(text_in(content))
    except NoReceipt:
        return False
    return check(receipt, lambda key_id: key if key_id == key_id_of(key) else None).holds


def alone(content: bytes, key: bytes = KEY) -> int:
    """The program within this process."""
    try:
        tool.verify(content, key)
    except tool.Broken:
        return FALSE
    except tool.Unknown:
        return UNKNOWN
    return HOLDS


def test_it_needs_the_standard_library_alone():
    names = {node.names[0].name for node in ast.walk(ast.parse(TOOL.read_text())) if isinstance(node, ast.Import)}
    assert not [node for node in ast.walk(ast.parse(TOOL.read_text())) if isinstance(node, ast.ImportFrom)]
    assert names <= sys.stdlib_module_names


@pytest.mark.covers("E1", "不可否认性", "存储完整性")
@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_good_receipt_holds(tmp_path, version):
    content = to_bytes(log_of(version=version).receipts[4])
    code = code_of(4, bytes.fromhex(log_of(version=version).receipts[4]["leaf"]))
    status, said = run(tmp_path, content, "--code", f"https://ys.example/public/zh-hans/receipt/?c={code}")
    assert status == HOLDS, said
    assert "THE RECEIPT HOLDS" in said
    assert "subject_label: 呼和浩特市第4中学 2027-000004" in said
    assert "named as anchored, not checked here: chain FISCO BCOS 0x12" in said
    assert ours(content)


@pytest.mark.parametrize("size", [1, 2, 3, 8, 13])
def test_every_place_of_a_log_of_any_size_holds_and_no_other(size):
    log = log_of(size)
    for place in range(size):
        assert alone(to_bytes(log.receipts[place])) == HOLDS
        for other in {*range(size)} - {place}:
            moved = log.copy(place) | {"log": {"origin": "imbudget", "place": other}}
            assert alone(to_bytes(moved)) == FALSE
            assert not ours(to_bytes(moved))


def _record(change: Callable[[dict[str, Any]], Any], again: bool = False) -> Callable[[dict[str, Any]], None]:
    """A change of the record; `again`: the forger computes its leaf anew."""

    def forge(receipt: dict[str, Any]) -> None:
        record = json.loads(receipt["record"]["text"])
        change(record)
        receipt["record"]["text"] = tool.canonical(2, record)
        if again:
            receipt["leaf"] = tool.sm3(b"\x00" + receipt["record"]["text"].encode()).hex()

    return forge


def _set(part: str, name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda receipt: receipt[part].update({name: value})


def _text(before: str, after: str) -> Callable[[dict[str, Any]], None]:
    """A change of the text of the checkpoint."""

    def forge(receipt: dict[str, Any]) -> None:
        changed = receipt["checkpoint"]["text"].replace(before, after)
        assert changed != receipt["checkpoint"]["text"]
        receipt["checkpoint"]["text"] = changed

    return forge


def _new_head(receipt: dict[str, Any]) -> None:
    """A forged record with a head of its own: nobody signed that."""
    _record(lambda record: record["facts"].update(total="999.00"), again=True)(receipt)
    root = bytes.fromhex(receipt["leaf"])
    lines = receipt["checkpoint"]["text"].split("\n")
    lines[1:3] = ["1", base64.b64encode(root).decode()]
    receipt["checkpoint"]["text"] = "\n".join(lines)
    receipt["proof"] = {"size": 1, "path": []}
    receipt["log"]["place"] = 0


def _other_signer(receipt: dict[str, Any]) -> None:
    receipt["checkpoint"] = dict(log_of(signer=OTHER).receipts[0]["checkpoint"])


def _signed_by_another_under_our_name(receipt: dict[str, Any]) -> None:
    _other_signer(receipt)
    receipt["checkpoint"]["key_id"] = key_id_of(KEY)


def _signature_of_another_text(receipt: dict[str, Any]) -> None:
    receipt["checkpoint"]["signature"] = log_of(6).receipts[0]["checkpoint"]["signature"]


def _loose_signature(receipt: dict[str, Any]) -> None:
    der = bytearray(base64.b64decode(receipt["checkpoint"]["signature"]))
    receipt["checkpoint"]["signature"] = base64.b64encode(bytes([*der, 0])).decode()


def _scalars(r: int, s: int) -> Callable[[dict[str, Any]], None]:
    return _set("checkpoint", "signature", base64.b64encode(tool._der(r, s)).decode())


def _twice(receipt: dict[str, Any]) -> None:
    receipt["record"]["text"] = receipt["record"]["text"].replace('"event": ', '"event": "budget.approved", "event": ')
    receipt["leaf"] = tool.sm3(b"\x00" + receipt["record"]["text"].encode()).hex()


def _node_as_record(receipt: dict[str, Any]) -> None:
    """An inner node in place of a record: leaves and nodes are hashed apart."""
    receipt["leaf"] = receipt["proof"]["path"].pop(0)


FORGERIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    **{
        f"record, {name}": _record(lambda record, name=name: record.update({name: "x"}))
        for name in ("event", "subject_type", "subject_id", "subject_label", "actor_id", "actor_name", "post_label")
    },
    "record, region": _record(lambda record: record.update(region_code="150000"), again=True),
    "record, address": _record(lambda record: record.update(address=""), again=True),
    "record, a digit of the amount": _record(lambda record: record["facts"].update(total="900.50"), again=True),
    "record, time": _record(lambda record: record.update(recorded_at="2027-03-04T01:02:05.456789+00:00"), again=True),
    "record, a fact more": _record(lambda record: record["facts"].update(more=1), again=True),
    "record, a field more": _record(lambda record: record.update(more="x"), again=True),
    "record, a field twice": _twice,
    "record, a blank more": lambda receipt: receipt["record"].update(text=receipt["record"]["text"] + " "),
    "record, another format": _set("record", "format", 3),
    "record, the old format": _set("record", "format", 1),
    "record, a truth for a number": _set("record", "format", True),
    "record, another hash": _set("record", "hash", "sha256"),
    "record, no text": _set("record", "text", None),
    "leaf": lambda receipt: receipt.update(leaf="00" * 32),
    "leaf, in capitals": lambda receipt: receipt.update(leaf=receipt["leaf"].upper()),
    "a node as a record": _node_as_record,
    "log, another name": _set("log", "origin", "imbudget2"),
    "log, another place": _set("log", "place", 3),
    "log, a place before the first": _set("log", "place", -5),
    "log, a place behind the last": _set("log", "place", 7),
    "log, a place as text": _set("log", "place", "2"),
    "proof, another size": _set("proof", "size", 8),
    "proof, one hash less": lambda receipt: receipt["proof"]["path"].pop(),
    "proof, one hash more": lambda receipt: receipt["proof"]["path"].append("00" * 32),
    "proof, another hash": lambda receipt: receipt["proof"]["path"].__setitem__(0, "00" * 32),
    "proof, in another order": lambda receipt: receipt["proof"]["path"].reverse(),
    "proof, of numbers": _set("proof", "path", [int("1" * 64)]),
    "proof, of another record": lambda receipt: receipt.update(proof=log_of().receipts[3]["proof"]),
    "checkpoint, its size": _text("\n7\n", "\n8\n"),
    "checkpoint, its time": _text("time 2027", "time 2026"),
    "checkpoint, its number": _text("number 3", "number 4"),
    "checkpoint, the one before it": _text("previous 1", "previous 2"),
    "checkpoint, its hash": _text("hash sm3", "hash sha256"),
    "checkpoint, a line more": _text("number 3\n", "number 3\nword x\n"),
    "checkpoint, a blank more": _text("number 3\n", "number 3 \n"),
    "checkpoint, no end of line": lambda receipt: receipt["checkpoint"].update(text=receipt["checkpoint"]["text"][:-1]),
    "checkpoint, of a larger log": lambda receipt: receipt.update(checkpoint=log_of(8).receipts[0]["checkpoint"]),
    "a head of the forger's own": _new_head,
    "signature, of another key": _other_signer,
    "signature, of another key under our name": _signed_by_another_under_our_name,
    "signature, of another text": _signature_of_another_text,
    "signature, with something behind it": _loose_signature,
    "signature, none": _set("checkpoint", "signature", ""),
    "signature, no text": _set("checkpoint", "signature", {}),
    "signature, of zeros": _scalars(0, 0),
    "signature, r is zero": _scalars(0, 1),
    "signature, s is zero": _scalars(1, 0),
    "signature, of the order": _scalars(tool.N, tool.N),
    "signature, that cancels out": _scalars(1, tool.N - 1),
    "signature, larger than the order": _scalars(tool.N + 1, 5),
    "signature, another algorithm": _set("checkpoint", "algorithm", "none"),
    "key, another name": _set("checkpoint", "key_id", "0" * 16),
    "anchors, no list": lambda receipt: receipt.update(anchors="FISCO BCOS"),
    "a field less": lambda receipt: receipt.pop("anchors"),
    "a field more": lambda receipt: receipt.update(verified=True),
    "a field of a part more": _set("checkpoint", "public_key", KEY.hex()),
}


@pytest.mark.covers("E1", "不可否认性")
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_receipt_does_not_hold(forgery):
    receipt = log_of().copy()
    FORGERIES[forgery](receipt)
    content = to_bytes(receipt)
    assert content != to_bytes(log_of().receipts[2])
    assert alone(content) == FALSE
    assert not ours(content)


SOME = ("record, a digit of the amount", "record, time", "log, another place", "proof, another hash", "leaf")
SOME += ("checkpoint, its time", "signature, of another key", "signature, of zeros", "a head of the forger's own")
SOME += ("record, actor_name", "checkpoint, its size", "key, another name", "a field more", "proof, one hash less")


@pytest.mark.parametrize("forgery", SOME)
def test_the_program_ends_with_one_for_a_forged_receipt(tmp_path, forgery):
    receipt = log_of().copy()
    FORGERIES[forgery](receipt)
    status, said = run(tmp_path, to_bytes(receipt))
    assert status == FALSE, said
    assert "DOES NOT HOLD" in said
    assert "THE RECEIPT HOLDS" not in said


NONE = {
    "nothing": b"",
    "a page": b"<html></html>",
    "a list": b"[]",
    "a number": b"1",
    "no JSON": b"{",
    "another format": to_bytes(log_of().copy() | {"format": "imbudget-receipt-2"}),
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "a name twice": to_bytes(log_of().receipts[2]).replace(b'"leaf":', b'"leaf": "", "leaf":'),
    "half a character": to_bytes(log_of().receipts[2]).replace(b'"origin": "', b'"origin": "\\ud800'),
    "no number": to_bytes(log_of().receipts[2]).replace(b'"place": 2', b'"place": NaN'),
    "a PDF without it": b"%PDF-1.7\n1 0 obj\nstream\nx\nendstream",
    "not under a checkpoint yet": to_bytes(
        log_of().copy()
        | {"log": None, "proof": None, "checkpoint": None, "next_checkpoint": "2027-03-05T01:05:00+00:00"}
    ),
}


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_receipt_cannot_be_told(tmp_path, what):
    assert not ours(NONE[what])
    status, said = run(tmp_path, NONE[what])
    assert status == UNKNOWN, said
    assert "CANNOT BE TOLD" in said


def test_a_receipt_that_is_not_there_cannot_be_told(tmp_path):
    (tmp_path / "receipt").mkdir()
    done = subprocess.run(
        [sys.executable, "-I", TOOL, "receipt", "--key", KEY.hex()], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == UNKNOWN


@pytest.mark.parametrize(
    "key",
    [
        "00",
        "04" + "00" * 64,
        "02" + KEY.hex()[2:],
        KEY.hex()[:-2] + "00",
        "04" + "ff" * 64,
        "x",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_what_is_no_key_cannot_be_told(tmp_path, key):
    (tmp_path / "key").write_text(key)
    assert run(tmp_path, to_bytes(log_of().receipts[2]), key="key")[0] == UNKNOWN


def test_the_key_of_somebody_else_is_not_the_key(tmp_path):
    content = to_bytes(log_of().receipts[2])
    status, said = run(tmp_path, content, key=OTHER.public_key("evidence").hex())
    assert status == FALSE, said
    assert not ours(content, OTHER.public_key("evidence"))


def test_the_key_is_read_as_pem(tmp_path):
    (tmp_path / "key.pem").write_text(pem_of(KEY))
    assert run(tmp_path, to_bytes(log_of().receipts[2]), key="key.pem")[0] == HOLDS
    other = pem_of(KEY).replace("MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAE", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE")  # P-256
    assert other != pem_of(KEY)
    (tmp_path / "key.pem").write_text(other)
    assert run(tmp_path, to_bytes(log_of().receipts[2]), key="key.pem")[0] == UNKNOWN


def test_the_code_of_another_paper_does_not_fit(tmp_path):
    code = code_of(3, bytes.fromhex(log_of().receipts[3]["leaf"]))
    assert run(tmp_path, to_bytes(log_of().receipts[2]), "--code", code)[0] == FALSE


def paper(*receipts: bytes) -> bytes:
    writer, made = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    for number, receipt in enumerate(receipts):
        writer.add_attachment(f"receipt{number}.json", receipt)
    writer.write(made)
    return made.getvalue()


def compressed(content: bytes) -> bytes:
    """As a PDF is after another program has saved it."""
    begin = content.index(b'{\n "format"')
    end = content.index(b"endstream", begin)
    return content[:begin] + zlib.compress(content[begin:end].rstrip()) + b"\n" + content[end:]


def test_the_receipt_is_found_in_a_pdf(tmp_path):
    good = to_bytes(log_of().receipts[2])
    forged = log_of().copy()
    FORGERIES["record, a digit of the amount"](forged)
    assert run(tmp_path, paper(good))[0] == HOLDS
    assert ours(paper(good))
    assert run(tmp_path, compressed(paper(good)))[0] == HOLDS
    assert ours(compressed(paper(good)))
    assert run(tmp_path, paper(to_bytes(forged)))[0] == FALSE
    assert not ours(paper(to_bytes(forged)))
    assert run(tmp_path, paper(good, to_bytes(forged)))[0] == UNKNOWN, "which one would the paper speak of?"
    assert not ours(paper(good, to_bytes(forged)))


def test_a_record_steers_no_terminal(capsys):
    assert tool._plain("a\x1b[2Jb\u202e") == "a\ufffd[2Jb\ufffd"


# --- the standards


SIGNED = (  # GB/T 32918.5-2017, annex A.2: "message digest", signed by the key of the example
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)


def test_the_example_of_the_sm2_standard_holds():
    key, r, s = bytes.fromhex(SIGNED[0]), *SIGNED[1:]
    wanted = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
    assert tool.sm2_digest(key, b"message digest").hex() == wanted
    assert tool.sm2_holds(key, b"message digest", r, s)
    for message, one, two in ((b"message digesT", r, s), (b"message digest", r ^ 1, s), (b"message digest", r, s ^ 1)):
        assert not tool.sm2_holds(key, message, one, two)
    assert not tool.sm2_holds(key, b"message digest", r + tool.N, s)
    assert not tool.sm2_holds(key, b"message digest", r, s, identity=b"ALICE123@YAHOO.COM")


def test_the_curve_is_the_one_of_the_standard():
    assert tool.point_of(b"\x04" + tool.G[0].to_bytes(32, "big") + tool.G[1].to_bytes(32, "big")) == tool.G
    assert tool._times(tool.N, tool.G) is None
    assert tool._times(tool.N + 1, tool.G) == tool.G


@pytest.mark.parametrize(
    ("message", "digest"),
    [  # GB/T 32905-2016, annex A
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_examples_of_the_sm3_standard(message, digest):
    assert tool.own_sm3(message).hex() == digest


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_its_own_sm3_is_that_of_others(message):
    assert tool.own_sm3(message) == hashlib.new("sm3", message).digest()


def test_it_works_where_hashlib_has_no_sm3(monkeypatch):
    monkeypatch.setattr(tool.hashlib, "new", lambda *_args: (_ for _ in ()).throw(ValueError("unsupported")))
    assert alone(to_bytes(log_of().receipts[2])) == HOLDS


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
PLACES = [
    (part, name)
    for part, value in log_of().receipts[2].items()
    for name in (value if isinstance(value, dict) else [None])
]


@given(st.sampled_from(PLACES), VALUES | st.dictionaries(st.text(max_size=5), VALUES, max_size=2))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_field_both_say_no(place, value):
    part, name = place
    receipt = log_of().copy()
    holder, key = (receipt[part], name) if name else (receipt, part)
    if holder[key] == value or (part == "anchors" and value == []):
        return
    holder[key] = value
    try:
        content = to_bytes(receipt)
    except UnicodeEncodeError:
        content = json.dumps(receipt).encode()
    assert alone(content) != HOLDS
    assert not ours(content)


def test_openssl_agrees_with_the_signature_and_the_key(tmp_path):
    """A third implementation, where it is installed."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    told = log_of().receipts[2]["checkpoint"]
    (tmp_path / "key.pem").write_text(pem_of(KEY))
    (tmp_path / "digest").write_bytes(tool.sm3(told["text"].encode()))
    (tmp_path / "signature").write_bytes(base64.b64decode(told["signature"]))
    command = (
        "openssl pkeyutl -verify -pubin -inkey key.pem -in digest -sigfile signature -rawin -digest sm3 "
        "-pkeyopt distid:1234567812345678"
    )
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in done.stdout, done.stdout + done.stderr
