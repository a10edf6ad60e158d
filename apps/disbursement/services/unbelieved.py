"""A message that reads well and cannot be true."""


class Unbelieved(Exception):
    """Carries why, in words for the treasury's officer."""


class Repeated(Unbelieved):
    """The other end may only have refused a repetition of what it has: `voucher` is asked about before anything moves."""

    def __init__(self, reason: str, voucher: int) -> None:
        super().__init__(reason)
        self.voucher = voucher
