"""Where notices lead."""


def inbox() -> str:
    return "/inbox/"


def case_page(pk: int) -> str:
    return f"/inbox/cases/{pk}/"


def task_page(pk: int) -> str:
    return f"/inbox/tasks/{pk}/"
