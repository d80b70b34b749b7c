"""Every reject code with its stage, as errors.md lists them, and the exception that carries one."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "errors.md"


def _read(page: str) -> dict[str, str]:
    stage_of, stage = {}, ""
    for line in page.splitlines():
        if line.startswith("## "):
            stage = line[3:].strip()
        elif line.startswith("| `"):
            stage_of[line.split("`")[1]] = stage
    return stage_of


STAGE_OF = _read(PAGE.read_text("utf-8"))


class Refusal(Exception):
    """A refusal: `code` is one of errors.md, `stage` the one it belongs to."""

    def __init__(self, code: str):
        self.code = code
        self.stage = STAGE_OF[code]
        super().__init__(f"{self.stage}/{code}")


def require(condition: bool, code: str) -> None:
    """Refuses with the code unless the condition holds."""
    if not condition:
        raise Refusal(code)
