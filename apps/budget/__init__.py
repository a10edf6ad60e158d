"""预算: budget sheets of units, their checks, the roll-up 旗县 → 盟市 → 自治区, and the reports between levels.

Owns: sheets and lines, the summary (always the sum of the lines), compilations and their frozen snapshots.
Never: who the people are, what a code means, or how a document looks on paper.
"""
