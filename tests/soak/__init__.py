"""What a person cannot wait for: thousands of deaths, power cuts and refusals, and what was lost by them.

    python -m tests.soak [scenario ...] [--scale 0.03] [--seed N] [--minutes N]

Each scenario is one function of a seed and a size. `test_soak.py` calls it with a small size, `make soak`
with the full one.
"""
