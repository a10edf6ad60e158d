"""placeholder"""


def load_performance_demo() -> None:
    return None
