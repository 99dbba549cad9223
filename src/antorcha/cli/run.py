"""`antorcha run`: run a script of one's own, on a GPU that is simulated if need be."""

from __future__ import annotations

import argparse
from pathlib import Path

from antorcha.i18n import N_

HELP = N_("run a Python script, with --simulated-gpu as on a machine that has a GPU")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("script", type=Path, metavar="SCRIPT", help=N_("the script to run"))
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help=N_("what the script itself is told"))
    parser.add_argument(
        "--simulated-gpu",
        action="store_true",
        help=N_(
            'give torch an accelerator called "sim": mixing it with the CPU fails as on a GPU, and it is no faster'
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Run the script; return its own exit status. Raises: `UserError` where there is no script, or no simulation."""
    import runpy
    import sys

    from antorcha.course.manifest import language_around
    from antorcha.errors import UserError
    from antorcha.i18n import chosen_language
    from antorcha.intake.in_the_way import file_in_the_way, sentence_about

    if not args.script.is_file():
        raise UserError(f"{args.script}: there is no such file")
    path = file_in_the_way([args.script.resolve().parent])
    if path is not None:
        language = chosen_language(language_around(args.script.resolve().parent))
        raise UserError(sentence_about(path, language))
    if args.simulated_gpu:
        from antorcha.accelerator.simulated import install  # not above: it imports torch, which a script may not need

        problem = install()
        if problem is not None:
            raise UserError(f"there can be no simulated GPU: {problem}", "install a newer PyTorch to have one")
    # As `python SCRIPT` does: the script finds its arguments, and the modules beside it.
    sys.argv = [str(args.script), *args.arguments]
    sys.path.insert(0, str(args.script.resolve().parent))
    try:
        runpy.run_path(str(args.script), run_name="__main__")
    except SystemExit as end:
        return _status(end.code)
    except Exception as error:
        _tell(error, str(args.script))
        return 1
    return 0


def _status(code: object) -> int:
    import sys

    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.stderr)
    return 1


def _tell(error: Exception, script: str) -> None:
    """Print the traceback as Python shows it, without our own frames at either end."""
    import sys
    import traceback

    ours = str(Path(__file__).parent.parent)
    shown = traceback.TracebackException.from_exception(error)
    frames = [frame for frame in shown.stack if not frame.filename.startswith((ours, "<frozen runpy"))]
    shown.stack = traceback.StackSummary.from_list(frames)
    print("".join(shown.format()), end="", file=sys.stderr)
    if explanation := _explanation(error, Path(script)):
        print(f"\n{explanation}", file=sys.stderr)


def _explanation(error: Exception, script: Path) -> str:
    """Return what an error of torch means, in the language of the course around the script; `""` for other errors."""
    import sys

    if "torch" not in sys.modules:
        return ""
    from antorcha.course.manifest import language_around
    from antorcha.error_texts.meaning import meaning
    from antorcha.i18n import chosen_language

    return meaning(str(error), chosen_language(language_around(script.resolve().parent)))
