"""Grants that a post can hold on a node, as (codename, label); `budget_see` is spoken `budget.see`.

They stand on the lowest floor because guardian hangs them on its rows: Region, Department and Unit.
"""

from django.utils.translation import gettext_lazy as _

SEE = [
    ("budget_see", _("see budgets")),
    ("budget_export", _("export and print budgets")),
    ("projects_see", _("see projects")),
    ("projects_export", _("export and print projects")),
    ("ledger_see", _("see the authority ledger")),
    ("ledger_export", _("export and print the authority ledger")),
    ("disbursement_see", _("see payments")),
    ("disbursement_export", _("export and print payments")),
    ("subsidy_see", _("see subsidies to people")),
    ("monitoring_see", _("see alarms of payments")),
    ("performance_see", _("see goals, lamps and scores")),
    ("lowcode_act", _("act on tasks of approval flows")),
]
DESIGN = ("lowcode_design", _("design forms and approval flows"))
UNMASK = ("persons_unmask", _("see personal data in clear, for a reason"))
EXPORT = ("persons_export", _("take personal data away in files, for a reason"))
UNIT_GRANTS = [
    *SEE,
    ("budget_enter", _("enter budget lines")),
    ("budget_submit", _("submit budget sheets")),
    ("projects_enter", _("enter projects")),
    ("projects_submit", _("submit projects")),
    ("ledger_request", _("use authority and ask for re-allocation")),
    ("disbursement_pay", _("ask for payments")),
    ("subsidy_file", _("file rosters of subsidies")),
    ("performance_file", _("report progress and evaluate own projects")),
    DESIGN,
    UNMASK,
    EXPORT,
]
EVALUATE = ("performance_review", _("examine goals, evaluate projects and follow up what is to be mended"))
CONTROL = ("budget_control", _("work out control figures"))
DEPARTMENT_GRANTS = [
    *SEE,
    ("budget_remark", _("comment on budgets")),
    CONTROL,
    ("projects_draft", _("bring in drafts of projects of its units")),
    EVALUATE,
]
REGION_GRANTS = [
    *SEE,
    ("budget_import", _("import workbooks of budget units")),
    ("budget_accept", _("accept or return budget sheets")),
    CONTROL,
    ("budget_compile", _("compile the budget of the region")),
    ("budget_report", _("report the budget to the upper region")),
    ("budget_receive", _("accept or return reports of lower regions")),
    ("budget_remark", _("comment on budgets")),
    ("projects_import", _("import projects of budget units")),
    ("projects_configure", _("keep the project settings of the region")),
    ("ledger_keep", _("draw up authority documents")),
    ("ledger_close", _("open and close the books of a year")),
    ("disbursement_treasury", _("work at the treasury's desk: reconcile, ask, send again")),
    ("subsidy_configure", _("keep subsidies, their standards and the register of households")),
    ("monitoring_rules", _("keep the rules that watch payments")),
    ("monitoring_judge", _("judge alarms and follow them up")),
    EVALUATE,
    ("performance_configure", _("keep indicators, weights and schedules of performance")),
    ("review_see", _("see reviews")),
    ("review_organise", _("organise reviews and publish their results")),
    ("review_experts", _("keep the expert pool")),
    ("review_supervise", _("supervise draws")),
    ("review_handle", _("handle objections")),
    ("review_score", _("judge projects as an expert")),
    DESIGN,
    UNMASK,
    EXPORT,
    ("persons_inspect", _("find what is held about a person, and keep requests of persons")),
    ("evidence_see", _("see the record of key operations")),
    ("system_administer", _("administer regions, units, codes and users")),
    ("security_administer", _("administer posts")),
    ("audit_administer", _("read security logs")),
]
