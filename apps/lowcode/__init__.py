"""Low-code 低代码: forms and approval flows as data, the one approval engine and the one inbox.

Owns definitions, their published versions, answers, cases and tasks. A document type binds to it by
`bindings.bind`; it never knows what an approval means for the document and owns no document itself.
"""
