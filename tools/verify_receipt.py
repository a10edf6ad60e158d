#!/usr/bin/env python3
"""Check a receipt (存证回执) of imbudget without the system: this one file, Python 3.10 or newer, nothing else.

    python3 verify_receipt.py RECEIPT --key KEY [--code TEXT]

RECEIPT is the JSON file or the PDF that carries it ("-" reads standard input); KEY the public key of the log, got from its
keeper on another way than the receipt: a PEM file, a file of hexadecimal digits, or the 130 digits themselves. TEXT is what the
square code of a printed receipt says. Ends with 0: it holds; 1: it does not hold; 2: it cannot be told.

What holds when all holds: exactly this record stood at this place of the log when the keeper of the key signed the log's head.
Standards: SM3 (GB/T 32905), SM2 (GB/T 32918.2, curve of 32918.5), Merkle trees of RFC 6962 checked after RFC 9162 2.1.3.2,
the text of a checkpoint after C2SP tlog-checkpoint.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zlib

FORMAT = "imbudget-receipt-1"
HOLDS, FALSE, UNKNOWN = 0, 1, 2
LARGEST = 8 * 1024 * 1024  # bytes of a file that is looked at
TEXTS = "event subject_type subject_id subject_label actor_id actor_name post_label region_code address"
FIELDS = [*TEXTS.split(), "facts", "recorded_at", "v"]
SHAPE = {"": "format record leaf log proof checkpoint anchors", "record": "format hash text", "log": "origin place"}
SHAPE |= {"proof": "size path", "checkpoint": "text algorithm key_id signature"}


class Unknown(Exception):
    """It cannot be told: no receipt, no key, or a receipt that is not finished."""


class Broken(Exception):
    """It does not hold."""


# --- SM3 (GB/T 32905-2016)


def _rotl(word, by):
    by %= 32
    return (word << by | word >> 32 - by) & 0xFFFFFFFF if by else word


def _compress(state, block):
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ _rotl(words[j - 3], 15)
        mixed ^= _rotl(mixed, 15) ^ _rotl(mixed, 23)
        words.append(mixed ^ _rotl(words[j - 13], 7) ^ words[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        turn = _rotl(0x79CC4519 if j < 16 else 0x7A879D8A, j)
        first = _rotl((_rotl(a, 12) + e + turn) & 0xFFFFFFFF, 7)
        second = first ^ _rotl(a, 12)
        both = a ^ b ^ c if j < 16 else a & b | a & c | b & c
        chosen = e ^ f ^ g if j < 16 else e & f | ~e & g
        left = (both + d + second + (words[j] ^ words[j + 4])) & 0xFFFFFFFF
        right = (chosen + h + first + words[j]) & 0xFFFFFFFF
        a, b, c, d = left, a, _rotl(b, 9), c
        e, f, g, h = right ^ _rotl(right, 9) ^ _rotl(right, 17), e, _rotl(f, 19), g
    return [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]


def own_sm3(data):
    """SM3 in Python alone, for builds whose hashlib does not have it."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "big")
    for at in range(0, len(padded), 64):
        state = _compress(state, padded[at : at + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def sm3(data):
    """The SM3 digest."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        return own_sm3(data)


HASHES = {"sm3": sm3, "sha256": lambda data: hashlib.sha256(data).digest()}
HASH_OF = {1: "sm3", 2: "sm3", 3: "sha256"}  # by the format that a record is written in

# --- SM2 (GB/T 32918.2-2016) on the curve of GB/T 32918.5

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
IDENTITY = b"1234567812345678"  # where two parties have not agreed on another (GB/T 35276)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")  # an SM2 key in DER, without its 65 bytes


def _plus(one, two):
    """The sum of two points of the curve; None is the point at infinity."""
    if one is None or two is None:
        return two if one is None else one
    if one[0] == two[0]:
        if (one[1] + two[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P) % P
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def _times(number, point):
    found = None
    while number:
        if number & 1:
            found = _plus(found, point)
        point, number = _plus(point, point), number >> 1
    return found


def point_of(key):
    """The point of an uncompressed public key; Unknown for what is none of this curve."""
    if len(key) != 65 or key[0] != 4:
        raise Unknown("公钥应为 65 字节未压缩格式 / the public key is not 65 bytes, uncompressed")
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    if x >= P or y >= P or (y * y - x * x * x - A * x - B) % P:
        raise Unknown("公钥不是 SM2 曲线上的点 / the public key is no point of the SM2 curve")
    return x, y


def sm2_digest(key, message, identity=IDENTITY):
    """e of GB/T 32918.2: the digest over who signs and what."""
    curve = b"".join(part.to_bytes(32, "big") for part in (A, B, *G))
    who = sm3((8 * len(identity)).to_bytes(2, "big") + identity + curve + key[1:])
    return sm3(who + message)


def sm2_holds(key, message, r, s, identity=IDENTITY):
    """Whether the holder of the key has signed the message."""
    point = point_of(key)
    if not (0 < r < N and 0 < s < N) or (r + s) % N == 0:
        return False
    found = _plus(_times(s, G), _times((r + s) % N, point))
    if found is None:
        return False
    return (int.from_bytes(sm2_digest(key, message, identity), "big") + found[0]) % N == r


def _decoded(text):
    """The bytes of a text in base64; none for what is not written in the one way."""
    try:
        found = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        return b""
    return found if base64.b64encode(found).decode() == text else b""


def signature_of(der):
    """r and s out of a DER SEQUENCE of two INTEGERs, in the one shortest way of writing it."""
    if 8 < len(der) < 80 and len(der) > 5 + der[3]:
        r, s = (int.from_bytes(part, "big") for part in (der[4 : 4 + der[3]], der[6 + der[3] :]))
        if der == _der(r, s):
            return r, s
    raise Broken("签名编码不正确 / the signature is not in DER")


def _der(*numbers):
    written = [number.to_bytes(number.bit_length() // 8 + 1, "big") for number in numbers]
    body = b"".join(b"\x02" + bytes([len(one)]) + one for one in written)
    return b"\x30" + bytes([len(body)]) + body


def key_of(text):
    """The 65 bytes of a public key written as PEM or in hexadecimal digits."""
    plain = text.strip()
    try:
        if plain.startswith("-----BEGIN PUBLIC KEY-----"):
            inside = plain.partition("-----BEGIN PUBLIC KEY-----")[2].partition("-----END PUBLIC KEY-----")[0]
            der = base64.b64decode("".join(inside.split()), validate=True)
            if der[: len(SPKI)] != SPKI:
                raise Unknown("PEM 中不是 SM2 公钥 / the PEM holds no SM2 public key")
            key = der[len(SPKI) :]
        else:
            key = bytes.fromhex(plain)
    except ValueError:
        raise Unknown("无法读取公钥 / the public key cannot be read") from None
    point_of(key)
    return key


# --- receipts


def _once(pairs):
    if len({name for name, _value in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def load(text):
    """JSON in which no name stands twice."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=int)


def text_of(content):
    """The JSON of a receipt out of a file's bytes: the file itself, or what lies in a PDF."""
    if not content.startswith(b"%PDF-"):
        return content.decode("utf-8-sig")
    found = set()
    for stream in re.finditer(rb"stream\r?\n(.*?)\s*endstream", content, re.DOTALL):
        for candidate in (stream[1], _inflated(stream[1])):
            if FORMAT.encode() in candidate[:99]:
                found.add(candidate.decode("utf-8"))
    if len(found) != 1:
        raise Unknown("PDF 中没有（唯一的）回执附件 / the PDF does not carry one receipt")
    return found.pop()


def _inflated(raw):
    try:
        return zlib.decompressobj().decompress(raw, LARGEST)
    except zlib.error:
        return b""


def read(content):
    """The receipt as data. Unknown: it is none, or none that is finished; Broken: it is not shaped like one."""
    try:
        receipt = load(text_of(content))
        json.dumps(receipt, ensure_ascii=False).encode()  # half a character can be written in JSON, and in nothing else
        known = receipt["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unknown("这不是回执文件 / this is no receipt") from None
    if known != FORMAT:
        raise Unknown(f"未知的回执格式 / not a known format of receipts: {str(known)[:40]}")
    if receipt.get("checkpoint", 0) is None:
        raise Unknown("该记录尚未纳入签名检查点，请稍后重新下载 / the record is not under a signed checkpoint yet")
    for name, keys in SHAPE.items():
        part = receipt[name] if name else receipt
        if not isinstance(part, dict) or set(part) != set(keys.split()):
            raise Broken(f"字段不符 / the fields are not those of a receipt: {name or FORMAT}")
    return receipt


def canonical(written_in, record):
    """The one way to write a record down in a format."""
    if written_in == 1:
        return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return json.dumps(_ordered(record), ensure_ascii=False)


def _ordered(value):
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
        return {name: _ordered(inner) for name, inner in ordered}
    return [_ordered(inner) for inner in value] if isinstance(value, list) else value


def check_record(receipt):
    """The record is written as records are, and gives the leaf; returns (record, hash, leaf)."""
    told = receipt["record"]
    written_in, text = told["format"], told["text"]
    if type(written_in) is not int or HASH_OF.get(written_in) != told["hash"]:
        raise Broken("记录格式与杂凑算法不符 / format and hash of the record do not fit")
    try:
        record = load(text)
        same = canonical(written_in, record) == text and set(record) == set(FIELDS)
        texts = all(isinstance(value, str) for name, value in record.items() if name != "facts")
        fits = same and texts and record["v"] == ("1" if written_in == 1 else "2")
        body = text.encode()
    except (ValueError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise Broken("记录不是规范写法 / the record is not in canonical form")
    digest = HASHES[told["hash"]]
    leaf = digest(b"\x00" + body)
    if leaf.hex() != receipt["leaf"]:
        raise Broken("记录内容与叶子杂凑值不符（记录被改动） / the record does not give the leaf: it was altered")
    return record, digest, leaf


def check_checkpoint(receipt, digest_name):
    """The text is one of a checkpoint of this log; returns (size, head, its other lines by name)."""
    text = receipt["checkpoint"]["text"]
    lines = text.split("\n") if isinstance(text, str) else []
    names = [line.partition(" ")[0] for line in lines[3:-1]]
    if len(lines) != 8 or lines[-1] or names != ["hash", "time", "number", "previous"]:
        raise Broken("检查点文本不规范 / the text of the checkpoint is not one")
    more = {line.partition(" ")[0]: line.partition(" ")[2] for line in lines[3:-1]}
    if lines[0] != receipt["log"]["origin"] or more["hash"] != digest_name:
        raise Broken("检查点属于另一日志 / the checkpoint is of another log")
    root = _decoded(lines[2])
    if not re.fullmatch("[1-9][0-9]{0,17}", lines[1]) or len(root) != 32:
        raise Broken("检查点文本不规范 / the text of the checkpoint is not one")
    return int(lines[1]), root, more


def check_path(receipt, digest, leaf, size, root):
    """The leaf stands at its place of the tree of this size with this head (RFC 9162 2.1.3.2)."""
    place, path = receipt["log"]["place"], receipt["proof"]["path"]
    if type(place) is not int or receipt["proof"]["size"] != size or type(receipt["proof"]["size"]) is not int:
        raise Broken("证明的规模与检查点不符 / the proof is for another size than the checkpoint's")
    hexadecimal = isinstance(path, list) and all(
        isinstance(one, str) and re.fullmatch("[0-9a-f]{64}", one) for one in path
    )
    if not hexadecimal or not 0 <= place < size:
        raise Broken("包含证明不规范 / the proof of inclusion is not one")
    at, last, found = place, size - 1, leaf
    for other in map(bytes.fromhex, path):
        if not last:
            raise Broken("包含证明过长 / the proof of inclusion is too long")
        if at % 2 or at == last:
            found = digest(b"\x01" + other + found)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            found = digest(b"\x01" + found + other)
        at, last = at >> 1, last >> 1
    if last or found != root:
        raise Broken(
            "包含证明不成立：该记录不在此检查点的日志中 / the proof does not lead to the head of the checkpoint"
        )


def check_signature(receipt, key):
    """The holder of the key signed the SM3 digest of the checkpoint's text."""
    told = receipt["checkpoint"]
    if told["algorithm"] != "SM2-SM3":
        raise Broken("签名算法未知 / the algorithm of the signature is not known")
    if told["key_id"] != sm3(key).hex()[:16]:
        raise Broken("回执由另一密钥签发 / the receipt names another key than yours")
    r, s = signature_of(_decoded(told["signature"]))
    if not sm2_holds(key, sm3(told["text"].encode()), r, s):
        raise Broken("检查点签名不成立 / the signature of the checkpoint does not hold")


def check_anchors(receipt):
    """Anchors are names alone: who wants to know asks the chain. Returns their names."""
    anchors = receipt["anchors"]
    shaped = isinstance(anchors, list) and all(
        isinstance(one, dict) and set(map(type, one.values())) <= {str} for one in anchors
    )
    if not shaped:
        raise Broken("锚定信息不规范 / the anchors are not written as anchors are")
    return [" ".join(one.values()) for one in anchors]


def check_code(receipt, code):
    """The square code of the paper is that of this receipt."""
    leaf = base64.urlsafe_b64encode(bytes.fromhex(receipt["leaf"])).decode().rstrip("=")
    told = code.strip().partition("c=")[2] or code.strip()
    if told != f"{receipt['log']['place']}.{leaf}":
        raise Broken("纸面二维码与回执不符 / the code on the paper is not that of this receipt")


def verify(content, key, code=""):
    """Look at everything; says what holds. Raises Broken and Unknown."""
    receipt = read(content)
    record, digest, leaf = check_record(receipt)
    _say(f"成立  记录规范，杂凑值相符 / the record is whole: {receipt['record']['hash'].upper()} {leaf.hex()}")
    size, root, more = check_checkpoint(receipt, receipt["record"]["hash"])
    check_path(receipt, digest, leaf, size, root)
    place = receipt["log"]["place"]
    _say(
        f"成立  记录位于日志第 {place} 位，共 {size} 条 / it stands at place {place} of the {size} of {receipt['log']['origin']}"
    )
    check_signature(receipt, key)
    _say(f"成立  检查点 {more['number']} 的签名 / signature of checkpoint {more['number']}: {more['time']}")
    if code:
        check_code(receipt, code)
        _say("成立  纸面二维码 / the code on the paper")
    for anchor in check_anchors(receipt):
        _say(f"提示  回执所称锚定，未在此核对 / named as anchored, not checked here: {_plain(anchor)}")
    for name in FIELDS[:-1]:
        _say(
            f"      {name}: {_plain(json.dumps(record[name], ensure_ascii=False) if name == 'facts' else record[name])}"
        )


def _say(line):
    sys.stdout.write(f"{line}\n")


def _plain(text):
    """Without characters that would steer a terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _content(path):
    try:
        with sys.stdin.buffer if path == "-" else open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise Unknown(f"无法读取文件 / the file cannot be read: {error}") from None
    if len(content) > LARGEST:
        raise Unknown("文件过大 / the file is too large")
    return content


def main(arguments=None):
    """The command; returns how it ends."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("receipt")
    parser.add_argument("--key", required=True)
    parser.add_argument("--code", default="")
    asked = parser.parse_args(arguments)
    try:
        hexadecimal = re.fullmatch("[0-9a-fA-F]{130}", asked.key)
        written = asked.key if hexadecimal else _content(asked.key).decode("ascii", "replace")
        verify(_content(asked.receipt), key_of(written), asked.code)
    except Broken as problem:
        said, ends = f"不成立 / DOES NOT HOLD: {problem}", FALSE
    except Unknown as problem:
        said, ends = f"无法判断 / CANNOT BE TOLD: {_plain(str(problem))}", UNKNOWN
    else:
        said, ends = "回执成立 / THE RECEIPT HOLDS", HOLDS
    _say(said)
    return ends


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # whatever the terminal speaks
    sys.exit(main())
