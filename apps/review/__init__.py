"""评审: expert review of projects, its publicity and the objections to it, until a project is stored or given back.

Owns: the expert pool, draws that can be repeated, panels and their score sheets, conclusions, publicity, objections.
Never: moves a project by itself (it calls the services of `projects`), nor approves (flows of `lowcode` do).
"""
