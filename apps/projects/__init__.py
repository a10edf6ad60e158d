"""项目库: projects from the first idea to 入库: application, checks, approval, the store, changes and termination.

Owns: projects and their 21-character codes, categories, policy tags, amounts by year, cost lines, milestones, versions.
A project must stand in the store before money is budgeted for it (先有项目再安排预算).
Never: decides who approves (that is a flow of lowcode), reviews by experts, or holds budget figures.
"""
