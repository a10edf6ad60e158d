"""`python -m apps.disbursement.sandbox`: the same as `manage.py treasury_sandbox`, there sooner, without a database."""

from argparse import ArgumentParser
from functools import partial

from apps.disbursement.sandbox.options import HELP, add_arguments, run

if __name__ == "__main__":
    parser = ArgumentParser(description=HELP)
    add_arguments(parser)
    run(vars(parser.parse_args()), partial(print, flush=True))
