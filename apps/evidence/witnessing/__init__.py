"""Witnesses without a chain: a folder into which checkpoints are published, and other installations (leagues witness each other).

`told` is what is said of a checkpoint to others and read of theirs, `folder` publishes, `fetching` asks a peer as one asks a stranger,
`judging` says whether what it told fits to all before, `rounds` does it by the clock, `peers` are the services of the security
administrator, `views` the pages and the addresses that peers ask.
"""
