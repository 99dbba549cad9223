"""Compile the gettext catalogs when the package is built or installed in editable mode."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogs(BuildHookInterface):
    """Writes each `antorcha.mo` beside its `antorcha.po`: git keeps the text, the wheel carries both."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in sorted(Path(self.root, "src", "antorcha", "locale").glob("*/LC_MESSAGES/*.po")):
            with po.open("rb") as source:
                catalog = read_po(source)
            # The same sources give the same wheel, whenever it is built.
            catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
            with po.with_suffix(".mo").open("wb") as target:
                write_mo(target, catalog)
