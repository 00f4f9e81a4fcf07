"""The command line (being built)."""


def main() -> None:
    raise SystemExit(2)
