"""Anchoring: checkpoints written to a consortium chain, so that not even who owns this system can take them back.

`chain` is what any chain has to do, `evm` the one that speaks Ethereum JSON-RPC (FISCO BCOS 3.x, Hyperledger Besu) and the only
room of web3, `choosing` says which is set, `writing` anchors by the clock, `comparing` holds the chain against the checkpoints,
`standing` is what pages say. Without a chain nothing of it is loaded, and pages say that there is none.
"""
