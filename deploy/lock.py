"""Write the lock files from pyproject.toml, or check that they are current.

Both files carry hashes for every wheel and no address of any index. `--check` resolves again with the
locked versions preferred and fails when the result differs: a dependency was added, dropped or moved
out of its range without `make lock`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.lock": ["--extra", "build"],
    "requirements-dev.lock": ["--extra", "build", "--extra", "dev"],
}
HEADER = "# Written by `make lock` from pyproject.toml; do not edit.\n"


def resolve(name: str, extra: list[str], target: Path) -> None:
    """Run the resolver for one lock file, preferring the versions that `target` already holds."""
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "--quiet", "pip", "compile", "pyproject.toml", *extra),
            *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"),
            *("--no-emit-index-url", "--no-emit-find-links", "--output-file", str(target)),
            *([] if name == "requirements.lock" else ["--constraint", "requirements.lock"]),
        ],
        cwd=ROOT,
        check=True,
    )
    text = target.read_text(encoding="utf-8")
    target.write_text(HEADER + text.removeprefix(HEADER), encoding="utf-8")


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = []
    for name, extra in LOCKS.items():
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / name
            if (ROOT / name).exists():
                shutil.copy(ROOT / name, target)
            resolve(name, extra, target)
            if not check:
                shutil.copy(target, ROOT / name)
            elif target.read_text(encoding="utf-8") != (ROOT / name).read_text(encoding="utf-8"):
                stale.append(name)
    if stale:
        sys.stderr.write(f"not current: {', '.join(stale)}. Run `make lock` and commit the result.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
