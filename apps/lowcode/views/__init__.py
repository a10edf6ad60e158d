"""Pages of forms and flows: the designers, the inbox, tasks and cases."""
