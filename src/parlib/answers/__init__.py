"""The five questions: where the points went, what reaches the target, what moved, who stands near, how sure it is.

Every function is pure and knows no index by name: scores frames and a :class:`~parlib.frameworks.Framework` go in,
frames and dataclasses come out.
"""
