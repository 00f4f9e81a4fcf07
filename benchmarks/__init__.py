"""Ratios against peers and limits, measured in one run on the machine at hand.

    python -m benchmarks                    every area, under three minutes
    python -m benchmarks parsing matching   some of them

A single figure says more about the machine than about the code, so every table sets ours beside a peer or a
limit that took turns with it in the same minute. A *peer* does the same job another way; a *limit* is what no
program that does the job can avoid. Nothing here passes or fails by its time.

Peers are packages that are installed anyway. Everything stays on this machine.
"""
