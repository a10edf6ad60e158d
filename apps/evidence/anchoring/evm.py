"""Chains that speak Ethereum JSON-RPC: FISCO BCOS 3.x (web3_rpc), Hyperledger Besu. The only room of web3; imported when it is needed.

Transactions are the oldest kind (legacy, EIP-155), which every such node takes. What happened is read from receipts and blocks
by number, never by the tags `safe` and `finalized`, whose meaning differs between versions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from eth_account import Account
from web3 import HTTPProvider, Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3Exception, Web3RPCError

from apps.evidence.anchoring.artifact import ABI, CREATION, RUNTIME
from apps.evidence.anchoring.chain import ChainDown, Found, Kept, Note, NotTaken, Place, Written, WrongChain

SECONDS = 10  # for one answer of a node
GAS = 300_000  # an anchor takes about 120,000
GAS_OF_CREATION = 1_500_000
KNOWN = ("already known", "already imported", "known transaction", "already_known", "alreadyin")
# What a node can do wrong: no connection, no JSON, an error of its own, values that are none.
UNUSABLE = (OSError, Web3Exception, ValueError, TypeError, KeyError, AttributeError, OverflowError)
T = TypeVar("T")


@dataclass(slots=True)
class Node:
    """One way to the chain; `name` is how people know it, without what an address may hold in secrets."""

    name: str
    provider: Any
    is_ours: bool = False
    web3: Any = field(init=False)  # a Web3, whose own types want texts in classes that only it makes

    def __post_init__(self) -> None:
        self.web3 = Web3(self.provider)


def nodes_at(addresses: Sequence[tuple[str, str]], authority: str = "") -> list[Node]:
    """Nodes by (name, address); `authority` is the file of the certificates that theirs must chain to."""
    options = {"timeout": SECONDS, "verify": authority or True, "allow_redirects": False}
    return [
        Node(name, HTTPProvider(address, request_kwargs=options, exception_retry_configuration=None))
        for name, address in addresses
    ]


class Evm:
    """As `chain.Chain`, over nodes that are tried in their order. Lives for one round of work."""

    def __init__(self, nodes: Sequence[Node], chain_id: int, contract: str, key: bytes) -> None:
        self._nodes = list(nodes)
        self._account = Account.from_key(key)
        self._place = Place(chain_id, Web3.to_checksum_address(contract) if contract else "", self._account.address)

    def place(self) -> Place:
        return self._place

    def look(self) -> dict[str, object]:
        """As `Chain.look`: besides, that the contract is the one whose source lies here, byte by byte."""
        told = {node.name: self._trouble(node) for node in self._nodes}
        height, balance, code = self._ask(self._standing)
        if code != RUNTIME:
            raise WrongChain(f"at {self._place.contract} is {'another contract' if code else 'no contract'}")
        return {"height": height, "balance": str(balance), "nodes": told}

    def write(self, note: Note, nonce: int | None = None) -> Written:
        data = self._contract(self._nodes[0].web3).encode_abi("anchor", args=_arguments(note))
        return self._signed({"to": self._place.contract, "gas": GAS, "data": data}, nonce)

    def send(self, raw: bytes) -> None:
        """To all nodes, because one that takes it may not pass it on; one that takes it is enough."""
        refusals, taken, trouble = [], 0, []
        for node in self._nodes:
            try:
                self._prove(node)
                node.web3.eth.send_raw_transaction(raw)
                taken += 1
            except WrongChain as error:
                trouble.append(str(error))
            except UNUSABLE as error:
                if _is_known(error):
                    taken += 1
                elif isinstance(error, OSError):
                    trouble.append(_told(node, error))
                else:
                    refusals.append(_told(node, error))
        if taken:
            return
        if refusals:
            raise NotTaken("; ".join(refusals))
        raise ChainDown("; ".join(trouble))

    def found(self, transaction: str, note: Note) -> Found | None:
        """As `Chain.found`. A node that has not come as far as the block is only late; one that has and says otherwise contradicts."""
        answers = list(self._everybody(lambda web3: self._receipt(web3, transaction, note)))
        told = [(name, found) for name, (_height, found) in answers if found is not None]
        if not told:
            return None
        block, block_hash, holds = told[0][1].block, told[0][1].block_hash, told[0][1].holds
        for name, (height, found) in answers:
            other = (found.block, found.block_hash, found.holds) if found else None
            if other != (block, block_hash, holds) and (found is not None or height >= block):
                raise ChainDown(f"{told[0][0]} and {name} do not say the same of {transaction}")
        return min((found for _name, found in told), key=lambda found: found.confirmations)

    def used(self, nonce: int) -> bool:
        """As `Chain.used`."""
        return self._ask(lambda web3: web3.eth.get_transaction_count(self._account.address, "latest")) > nonce

    def kept(self, log: bytes, number: int) -> Kept | None:
        """As `Chain.kept`: of nodes that are late nothing is known, all others must say the same."""
        answers = {kept for _name, kept in self._everybody(lambda web3: self._kept(web3, log, number)) if kept}
        if len(answers) > 1:
            raise ChainDown(f"the nodes do not say the same of checkpoint {number}")
        return answers.pop() if answers else None

    def last(self, log: bytes) -> int:
        def ask(web3: Any) -> int:
            return int(self._contract(web3).functions.last(self._account.address, log).call())

        return max(number for _name, number in self._everybody(ask))

    def found_by(self, note: Note, block: int) -> str:
        def ask(web3: Any) -> str:
            event = self._contract(web3).events.Anchored
            wanted = {"keeper": self._account.address, "log": note.log, "number": note.number}
            logs = event.get_logs(argument_filters=wanted, from_block=block, to_block=block)
            return str(Web3.to_hex(logs[0]["transactionHash"])) if logs else ""

        return self._ask(ask)

    def create(self) -> Written:
        """The signed transaction that puts the contract onto the chain."""
        return self._signed({"gas": GAS_OF_CREATION, "data": CREATION}, None)

    def created(self, transaction: str) -> str:
        """The address of the contract that a transaction made; '' while it is in no block."""

        def ask(web3: Any) -> str:
            try:
                receipt = web3.eth.get_transaction_receipt(transaction)
            except TransactionNotFound:
                return ""
            return str(receipt["contractAddress"]) if receipt["status"] else ""

        return self._ask(ask)

    # --- one node

    def _signed(self, content: dict[str, Any], nonce: int | None) -> Written:
        account = self._account.address
        if nonce is None:
            nonce = self._ask(lambda web3: web3.eth.get_transaction_count(account, "pending"))
        price = self._ask(lambda web3: web3.eth.gas_price)
        chain_id = self._place.chain_id
        signed = self._account.sign_transaction(
            {"nonce": nonce, "gasPrice": price, "value": 0, "chainId": chain_id, **content}
        )
        return Written(str(Web3.to_hex(signed.hash)), bytes(signed.raw_transaction), int(nonce))

    def _receipt(self, web3: Any, transaction: str, note: Note) -> tuple[int, Found | None]:
        height = int(web3.eth.block_number)
        try:
            receipt = web3.eth.get_transaction_receipt(transaction)
        except TransactionNotFound:
            return height, None
        number, holds = int(receipt["blockNumber"]), receipt["status"] == 1
        block = web3.eth.get_block(number)
        listed = {str(Web3.to_hex(each)) for each in block["transactions"]}
        fits = (
            Web3.to_hex(receipt["transactionHash"]) == transaction in listed
            and receipt["blockHash"] == block["hash"]
            and receipt["to"] == self._place.contract
            and receipt["from"] == self._account.address
            and height >= number
        )
        if holds:
            kept = self._kept(web3, note.log, note.number)
            fits = fits and kept is not None and kept.digest == note.digest
        if not fits:
            raise ChainDown("its receipt does not fit to its blocks or to the contract")
        return height, Found(transaction, number, str(Web3.to_hex(block["hash"])), height - number + 1, holds)

    def _kept(self, web3: Any, log: bytes, number: int) -> Kept | None:
        digest, root, size, block, _time = (
            self._contract(web3).functions.kept(self._account.address, log, number).call()
        )
        return Kept(size, bytes(root), bytes(digest), block) if any(digest) else None

    def _contract(self, web3: Any) -> Any:
        return web3.eth.contract(address=self._place.contract, abi=ABI)

    def _standing(self, web3: Any) -> tuple[int, int, bytes]:
        code = web3.eth.get_code(self._place.contract) if self._place.contract else b""
        return int(web3.eth.block_number), int(web3.eth.get_balance(self._account.address)), bytes(code)

    # --- all nodes

    def _prove(self, node: Node) -> None:
        """That a node is of the chain that is set: asked once in a round."""
        if node.is_ours:
            return
        told = int(node.web3.eth.chain_id)
        if told != self._place.chain_id:
            raise WrongChain(f"{node.name} is of chain {told}, set is {self._place.chain_id}")
        node.is_ours = True

    def _trouble(self, node: Node) -> str:
        try:
            self._prove(node)
        except WrongChain as error:
            return str(error)
        except UNUSABLE as error:
            return _told(node, error).removeprefix(f"{node.name}: ")
        return ""

    def _everybody(self, question: Callable[[Any], T]) -> Iterator[tuple[str, T]]:
        """What each node says that can be used; raises when none can."""
        trouble, heard, wrong = [], False, True
        for node in self._nodes:
            try:
                self._prove(node)
                answer = question(node.web3)
            except WrongChain as error:
                trouble.append(str(error))
                continue
            except (*UNUSABLE, ChainDown) as error:
                wrong = False
                trouble.append(_told(node, error))
                continue
            heard = True
            yield node.name, answer
        if not heard:
            raise (WrongChain if wrong else ChainDown)("; ".join(trouble) or "no node is set")

    def _ask(self, question: Callable[[Any], T]) -> T:
        """What the first node says that can be used."""
        return next(answer for _name, answer in self._everybody(question))


def _arguments(note: Note) -> list[Any]:
    return [note.log, note.number, note.size, note.root, note.digest]


def _is_known(error: BaseException) -> bool:
    text = str(error).lower().replace(" ", "") + str(error).lower()
    return any(word in text for word in KNOWN)


def _told(node: Node, error: BaseException) -> str:
    """An error in few words; of a broken connection only its kind, because its text has the whole address."""
    if isinstance(error, Web3RPCError | ContractLogicError | ChainDown):
        return f"{node.name}: {str(error)[:160]}"
    return f"{node.name}: {type(error).__name__}"
