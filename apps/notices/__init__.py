"""消息: short notices to people: what happened to their work, what waits for them, once a working day a digest.

Owns: the notice row, its read mark, the kinds of notice and their texts in the reader's language.
Never: deciding who must be told; each app calls `services.notify` in the transaction of its own act.
"""
