"""The lives of a data key and of a proposal to destroy one."""

from apps.vault.models import DataKey, KeyDestruction
from imbudget.kit.transitions import Table

K, D = DataKey.State, KeyDestruction.State

KEY: Table = {
    "use": (frozenset({K.MADE}), K.IN_USE),
    "retire": (frozenset({K.IN_USE}), K.RETIRED),
    "destroy": (frozenset({K.RETIRED}), K.DESTROYED),
}
DESTRUCTION: Table = {
    "confirm": (frozenset({D.PROPOSED}), D.CONFIRMED),
    "refuse": (frozenset({D.PROPOSED}), D.REFUSED),
}
