"""Compile the gettext catalogs when the package is built or installed in editable mode."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogs(BuildHookInterface):
    """Compiler of each `antorcha.po` to an `antorcha.mo`: git keeps the text, the wheel carries both.

    Only an editable install gets the compiled catalog written beside its source, because it runs from there. A wheel
    gets it from a temporary folder: building one, as a release of a course does, changes nothing in the sources.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        package = Path(self.root, "src", "antorcha")
        in_place = version == "editable"
        if not in_place:
            self._compiled = tempfile.TemporaryDirectory(prefix="antorcha-")
        for po in sorted(package.glob("locale/*/LC_MESSAGES/*.po")):
            mo = po.with_suffix(".mo").relative_to(package)
            target = package / mo if in_place else Path(self._compiled.name, mo)
            target.parent.mkdir(parents=True, exist_ok=True)
            compile_catalog(po, target)
            if not in_place:
                build_data["force_include"][str(target)] = f"antorcha/{mo.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._compiled.cleanup()


def compile_catalog(po: Path, mo: Path) -> None:
    """Write `po`, compiled, to `mo`. The same sources give the same bytes, whenever it is done."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalog = read_po(source)
    catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    with mo.open("wb") as target:
        write_mo(target, catalog)
