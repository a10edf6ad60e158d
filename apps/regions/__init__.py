"""区划单位: the tree of regions, departments and budget units.

Owns: which nodes exist, since when, under which codes, and who stands above whom. Every scoped row of the
product points at a region and its league. Never: people, money, or rules about what a node may do.
"""
