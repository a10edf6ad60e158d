"""The heads of a budget table: what the template prints, and what else the offices write for the same."""

# Column heads of the template: what the finance offices print, and the name used in the code.
COLUMNS = {
    "单位代码": "unit_code",
    "单位名称": "unit_name",
    "项目代码": "project_code",
    "项目名称": "project_name",
    "功能分类科目": "function",
    "功能分类科目名称": "function_name",
    "部门经济分类科目": "department_economic",
    "资金性质": "fund",
    "支出类别": "kind",
    "金额(元)": "amount",
    "基本支出(元)": "basic",
    "项目支出(元)": "project",
    "上年批复数(元)": "prior_approved",
    "上年执行数(元)": "prior_executed",
    "备注": "note",
    "预算年度": "year",
    "行政区划": "region_code",
}
REQUIRED = ("unit_code", "function", "department_economic", "fund", "amount")
HEADS = {name: head for head, name in COLUMNS.items()}
AMOUNTS = ("amount", "basic", "project", "prior_approved", "prior_executed")
