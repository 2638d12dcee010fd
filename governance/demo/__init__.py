"""A county in use, made up from end to end, built through the verbs as time goes by.

Nobody and nothing in it exists: no person, firm or place. `manage.py demo` runs it.
"""
