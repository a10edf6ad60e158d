"""Tables of the review: pool, rules, dossiers, reviews, panels, conclusions, publicity, objections."""

from apps.review.models.conclusion import Conclusion, ConclusionState
from apps.review.models.dossier import Dossier, DossierState
from apps.review.models.draw import Draw, DrawKind, DrawState
from apps.review.models.expert import (
    Employment,
    EmploymentKind,
    Expert,
    ExpertField,
    ExpertRating,
    ExpertSource,
    ExpertSpeciality,
    ExpertState,
    Kinship,
    KinshipKind,
    Language,
    TitleRank,
)
from apps.review.models.panel import DiscussionNote, Dissent, MemberState, PanelMember, ScoreSheet, SheetState
from apps.review.models.publicity import (
    Counting,
    ItemOutcome,
    Objection,
    ObjectionFile,
    ObjectionState,
    Publicity,
    PublicityItem,
    PublicityState,
    SeenDay,
)
from apps.review.models.review import CostFinding, Review, ReviewItem, ReviewState, Verdict
from apps.review.models.rules import PublicityRule, ReviewKind, ReviewRule, ReviewSetting

__all__ = [
    "Conclusion",
    "ConclusionState",
    "CostFinding",
    "Counting",
    "DiscussionNote",
    "Dissent",
    "Dossier",
    "DossierState",
    "Draw",
    "DrawKind",
    "DrawState",
    "Employment",
    "EmploymentKind",
    "Expert",
    "ExpertField",
    "ExpertRating",
    "ExpertSource",
    "ExpertSpeciality",
    "ExpertState",
    "ItemOutcome",
    "Kinship",
    "KinshipKind",
    "Language",
    "MemberState",
    "Objection",
    "ObjectionFile",
    "ObjectionState",
    "PanelMember",
    "Publicity",
    "PublicityItem",
    "PublicityRule",
    "PublicityState",
    "Review",
    "ReviewItem",
    "ReviewKind",
    "ReviewRule",
    "ReviewSetting",
    "ReviewState",
    "ScoreSheet",
    "SeenDay",
    "SheetState",
    "TitleRank",
    "Verdict",
]
