"""桌面: what the kit's features keep per person: saved views of lists, and background jobs with progress.

Owns: the job row, which is the truth about long work (a message lost on its way is sent again from it).
Never: what a job does; each app registers its kinds of job.
"""
