"""A node of a real EVM in this process, asked over HTTP as any other: it mines when told, forgets when told, and lies when told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from apps.evidence.anchoring.artifact import CREATION
from apps.evidence.anchoring.choosing import limits_kept

with limits_kept():
    from eth_tester import EthereumTester, PyEVMBackend
    from eth_tester.exceptions import BlockNotFound, TransactionFailed, TransactionNotFound
    from eth_utils import keccak

    from apps.evidence.anchoring.evm import Evm, nodes_at

PRICE = 2 * 10**9
CHAIN_ID = 131277322940537  # of every chain that eth-tester makes


class Machine:
    """The chain that one or more nodes show."""

    def __init__(self) -> None:
        self.tester = EthereumTester(PyEVMBackend())
        self.key = self.tester.backend.account_keys[0].to_bytes()
        self.account = self.tester.get_accounts()[0]
        made = self.tester.send_transaction(
            {"from": self.tester.get_accounts()[1], "data": CREATION, "gas": 1_500_000, "gas_price": PRICE}
        )
        self.contract = self.tester.get_transaction_receipt(made)["contract_address"]

        self.is_paused = False
        self.waiting: list[str] = []

    def pause(self) -> None:
        """What is sent from now on waits for `mine`."""
        self.is_paused = True

    def take(self, raw: str) -> str:
        """A transaction comes in. Raises ValueError: it waits already."""
        if not self.is_paused:
            return str(self.tester.send_raw_transaction(raw))
        if raw in self.waiting:
            raise ValueError("already known")
        self.waiting.append(raw)
        return "0x" + keccak(hexstr=raw).hex()

    def mine(self, blocks: int = 1) -> None:
        """What waits comes into a block each, then there are so many more."""
        waiting, self.waiting, self.is_paused = self.waiting, [], False
        for raw in waiting:
            self.tester.send_raw_transaction(raw)
        self.tester.mine_blocks(blocks)


def chain_of(address: str, machine: Machine) -> Evm:
    """The adapter, as a worker would have it."""
    return Evm(nodes_at([("node", address)]), CHAIN_ID, machine.contract, machine.key)


class Node:
    """One way to a machine. `sent` counts transactions; `answer` may be replaced by one that lies."""

    def __init__(self, machine: Machine, chain_id: int = CHAIN_ID) -> None:
        self.machine, self.chain_id, self.sent, self.asked = machine, chain_id, 0, 0
        self.lies: dict[str, Any] = {}
        self.address = ""

    def answer(self, method: str, params: list[Any]) -> Any:
        """The result of one question. Raises ValueError with the node's words."""
        self.asked += 1
        result = getattr(self, method)(*params)
        lie = self.lies.get(method)
        return lie(result) if lie else result

    def eth_chainId(self) -> str:  # noqa: N802 - names of the interface
        return hex(self.chain_id)

    def eth_blockNumber(self) -> str:  # noqa: N802
        return hex(self.machine.tester.get_block_by_number("latest")["number"])

    def eth_gasPrice(self) -> str:  # noqa: N802
        return hex(PRICE)

    def eth_getBalance(self, account: str, _block: str) -> str:  # noqa: N802
        return hex(self.machine.tester.get_balance(account))

    def eth_getCode(self, account: str, _block: str) -> str:  # noqa: N802
        return str(self.machine.tester.get_code(account))

    def eth_getTransactionCount(self, account: str, block: str) -> str:  # noqa: N802
        return hex(self.machine.tester.get_nonce(account, block))

    def eth_sendRawTransaction(self, raw: str) -> str:  # noqa: N802
        self.sent += 1
        return self.machine.take(raw)

    def eth_getTransactionReceipt(self, transaction: str) -> Any:  # noqa: N802
        try:
            return camel(self.machine.tester.get_transaction_receipt(transaction))
        except TransactionNotFound:
            return None

    def eth_getBlockByNumber(self, number: str, _full: bool) -> Any:  # noqa: N802
        try:
            return camel(self.machine.tester.get_block_by_number(int(number, 16)))
        except BlockNotFound:
            return None

    def eth_call(self, call: dict[str, str], _block: str) -> str:
        asked = {"to": call["to"], "data": call["data"], "from": self.machine.account, "gas": 1_000_000}
        return str(self.machine.tester.call(asked))

    def eth_getLogs(self, asked: dict[str, Any]) -> Any:  # noqa: N802
        found = self.machine.tester.get_logs(
            int(asked["fromBlock"], 16), int(asked["toBlock"], 16), asked["address"], asked["topics"]
        )
        return [camel(each) for each in found]

    @contextmanager
    def listening(self) -> Iterator["Node"]:
        """At `address` while inside; before and after nobody answers there."""
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told: dict[str, Any] = {"jsonrpc": "2.0", "id": asked["id"]}
                try:
                    told["result"] = node.answer(asked["method"], asked["params"])
                except (TransactionFailed, ValueError, OverflowError) as error:
                    told["error"] = {"code": -32000, "message": str(error)}
                content = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_args: Any) -> None:
                """Nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def camel(row: Any) -> Any:
    """A row of eth-tester as JSON-RPC writes it."""
    if isinstance(row, dict):
        return {"".join([(p := name.split("_"))[0], *(w.title() for w in p[1:])]): camel(v) for name, v in row.items()}
    if isinstance(row, list | tuple):
        return [camel(each) for each in row]
    if isinstance(row, bool) or row is None or isinstance(row, str):
        return row
    return hex(row) if isinstance(row, int) else "0x" + bytes(row).hex()
