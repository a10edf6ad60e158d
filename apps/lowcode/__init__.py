"""低代码: forms and approval flows that staff configure themselves, and the one engine that runs every approval.

Owns: definitions of forms and flows with their versions, answers, cases (one document on its way), tasks, the inbox.
A higher app binds a document type (`bindings.bind`) and is called back when a case ends.
Never: knows what a document is about, or decides anything by itself.
"""
