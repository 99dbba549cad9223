"""The student's own modules beside a submission, `utils.py` for instance: found as Python at home would find them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from antorcha.intake import limits
from antorcha.intake.account import Account, Piece
from antorcha.intake.check import Checker
from antorcha.intake.delivered import MODULE_SUFFIX, DeliveredFile
from antorcha.intake.folder import list_folder
from antorcha.intake.magics import WrittenFile
from antorcha.intake.model import HelperModule
from antorcha.intake.source import ReadFile, read_source
from antorcha.intake.unpack import sources

_PACKAGE = "__init__"


class Helpers:
    """All modules of one student, each read once, by the name under which another one may import them."""

    def __init__(self, pieces: list[Piece], checker: Checker) -> None:
        self._files = [piece.file for piece in pieces if piece.file.suffix == MODULE_SUFFIX]
        self._checker = checker
        self._read: dict[DeliveredFile, ReadFile] = {}

    def of(self, file: DeliveredFile, read: ReadFile) -> dict[str, DeliveredFile]:
        """Return the modules that `file` imports, and those that these import, by the name of the import."""
        importable = self._importable_from(file)
        modules: dict[str, DeliveredFile] = {}
        waiting = [(name, "") for name in sorted(read.imports)]
        while waiting and len(modules) < limits.HELPER_MODULES:
            imported, package = waiting.pop(0)
            for name in _with_packages(_absolute(imported, package)):
                helper = importable.get(name)
                if helper is None or name in modules or helper == file:
                    continue
                modules[name] = helper
                inside = name if helper.stem == _PACKAGE else name.rpartition(".")[0]
                waiting += [(further, inside) for further in sorted(self.read(helper).imports)]
        return modules

    def read(self, file: DeliveredFile) -> ReadFile:
        """Return a module as read, from memory after the first time."""
        if file not in self._read:
            self._read[file] = read_source(file, "", self._checker)
        return self._read[file]

    def modules(self, found: dict[str, DeliveredFile], written: Iterable[WrittenFile]) -> tuple[HelperModule, ...]:
        """Return these modules as they travel; `written`: further ones that a notebook's cells write."""
        code_of = {file.filename.removesuffix(MODULE_SUFFIX): file.code for file in written}
        made = {name: HelperModule(name, code, f"{name}.py") for name, code in code_of.items()}
        for name, file in found.items():
            cells = self.read(file).source.cells
            if cells:
                made[name] = HelperModule(name, cells[0].code, file.shown)
        return tuple(made[name] for name in sorted(made))

    def _importable_from(self, file: DeliveredFile) -> dict[str, DeliveredFile]:
        """Return the student's modules by their dotted names from the folder of `file` and from each folder around it.

        `exercises/tensors.py` may say `import utils` as well as `from exercises.utils import ...`: at home both work,
        with pytest from the folder above. What is nearer wins.
        """
        names: dict[str, DeliveredFile] = {}
        folder = file.parts[:-1]
        for depth in range(len(folder), -1, -1):
            for module in self._files:
                if module.parts[:depth] == folder[:depth]:
                    inside = (*module.parts[depth:-1], module.stem)
                    name = ".".join(inside[:-1] if inside[-1] == _PACKAGE else inside)
                    if name and all(part.isidentifier() for part in name.split(".")):
                        names.setdefault(name, module)
        return names


def modules_beside(folder: Path, name: str, read: ReadFile, checker: Checker) -> tuple[HelperModule, ...]:
    """Return the student's own modules that the file `name` in a folder on the disk imports or writes."""
    pieces = sources([Piece(file) for file in list_folder(folder)], Account(), "cp437")
    helpers = Helpers(pieces, checker)
    itself = next((piece.file for piece in pieces if piece.file.parts == (name,)), None)
    return helpers.modules(helpers.of(itself, read) if itself else {}, read.written)


def _absolute(imported: str, package: str) -> str:
    """Return `tools.shapes` for `.shapes`, imported inside the package `tools`."""
    plain = imported.lstrip(".")
    level = len(imported) - len(plain)
    if not level:
        return plain
    around = package.split(".")[: max(0, len(package.split(".")) - (level - 1))]
    return ".".join(part for part in (*around, plain) if part)


def _with_packages(name: str) -> list[str]:
    """Return `a`, `a.b` and `a.b.c` for `a.b.c`: importing the last runs them all."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
