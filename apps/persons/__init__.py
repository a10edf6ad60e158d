"""个人信息: who sees personal data in clear and for which reason, who takes it away, what is held about a person, how long.

Owns the requests of persons (PIPL 44 to 50) and the periods after which data is done away with. It holds no personal data of
others: what is held, masked and why is said by the apps that hold it (`imbudget.kit.personal`). What is looked at goes into
the audit log, never into evidence.
"""
