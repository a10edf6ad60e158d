from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0005_review_grants"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="department",
            options={
                "ordering": ["region", "code"],
                "permissions": [
                    ("budget_see", "see budgets"),
                    ("budget_export", "export and print budgets"),
                    ("projects_see", "see projects"),
                    ("projects_export", "export and print projects"),
                    ("ledger_see", "see the authority ledger"),
                    ("ledger_export", "export and print the authority ledger"),
                    ("lowcode_act", "act on tasks of approval flows"),
                    ("budget_remark", "comment on budgets"),
                    ("budget_control", "work out control figures"),
                    ("projects_draft", "bring in drafts of projects of its units"),
                ],
                "verbose_name": "department",
                "verbose_name_plural": "departments",
            },
        ),
        migrations.AlterModelOptions(
            name="region",
            options={
                "permissions": [
                    ("budget_see", "see budgets"),
                    ("budget_export", "export and print budgets"),
                    ("projects_see", "see projects"),
                    ("projects_export", "export and print projects"),
                    ("ledger_see", "see the authority ledger"),
                    ("ledger_export", "export and print the authority ledger"),
                    ("lowcode_act", "act on tasks of approval flows"),
                    ("budget_import", "import workbooks of budget units"),
                    ("budget_accept", "accept or return budget sheets"),
                    ("budget_control", "work out control figures"),
                    ("budget_compile", "compile the budget of the region"),
                    ("budget_report", "report the budget to the upper region"),
                    ("budget_receive", "accept or return reports of lower regions"),
                    ("budget_remark", "comment on budgets"),
                    ("projects_import", "import projects of budget units"),
                    ("projects_configure", "keep the project settings of the region"),
                    ("ledger_keep", "draw up authority documents"),
                    ("ledger_close", "open and close the books of a year"),
                    ("review_see", "see reviews"),
                    ("review_organise", "organise reviews and publish their results"),
                    ("review_experts", "keep the expert pool"),
                    ("review_supervise", "supervise draws"),
                    ("review_handle", "handle objections"),
                    ("review_score", "judge projects as an expert"),
                    ("lowcode_design", "design forms and approval flows"),
                    ("evidence_see", "see the record of key operations"),
                    ("system_administer", "administer regions, units, codes and users"),
                    ("security_administer", "administer posts"),
                    ("audit_administer", "read security logs"),
                ],
                "verbose_name": "region",
                "verbose_name_plural": "regions",
            },
        ),
        migrations.AlterModelOptions(
            name="unit",
            options={
                "ordering": ["region", "code"],
                "permissions": [
                    ("budget_see", "see budgets"),
                    ("budget_export", "export and print budgets"),
                    ("projects_see", "see projects"),
                    ("projects_export", "export and print projects"),
                    ("ledger_see", "see the authority ledger"),
                    ("ledger_export", "export and print the authority ledger"),
                    ("lowcode_act", "act on tasks of approval flows"),
                    ("budget_enter", "enter budget lines"),
                    ("budget_submit", "submit budget sheets"),
                    ("projects_enter", "enter projects"),
                    ("projects_submit", "submit projects"),
                    ("ledger_request", "use authority and ask for re-allocation"),
                    ("lowcode_design", "design forms and approval flows"),
                ],
                "verbose_name": "budget unit",
                "verbose_name_plural": "budget units",
            },
        ),
    ]
