"""The demo company: a machine builder with two years of calls.

Everything goes through the actions that the pages use, with a fixed seed: what can
be seen here can be done there.
"""
