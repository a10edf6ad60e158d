"""What is said of each kind of misfit, for people."""

from django.utils.translation import gettext_lazy as _

from apps.evidence.witnessing import judging

WORDS = {
    judging.UNSIGNED: _("a checkpoint that the key we know of it has not signed"),
    judging.OTHER_LOG: _("a checkpoint of a log with another name"),
    judging.FUTURE: _("a checkpoint that is dated ahead"),
    judging.OLDER: _("an older log than it told before: it was taken back, or an old answer came"),
    judging.EQUIVOCATES: _("two different checkpoints for the same moment of its log, both signed"),
    judging.REWRITTEN: _("a log that is hashed in another way than before"),
    judging.UNPROVED: _("a log that does not begin with what it told before: entries were changed or removed"),
    judging.OURS: _("it holds a checkpoint that we signed and that our log does not have: our own log was changed"),
    judging.FORGED: _("it says of our log what none of our keys has signed"),
}
