"""Runs LibreOffice on an untrusted file: in a cage, with a profile that trusts nothing.

Stock LibreOffice fetches linked pictures from the network and from the server's disk while it
converts (security study, finding 4). Two independent walls stop that: the cage has no network and
no files, and the profile switches linking, macros and active content off. LibreOffice ends with
status 0 even when it converted nothing, so only an output file counts.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from lms.authoring import sandbox

if TYPE_CHECKING:
    from lms.authoring.limits import Limits

FONTS_CONF = Path(__file__).with_name("fonts.conf")

_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    (_SECURITY, "DisableOLEAutomation", "true"),
    (_SECURITY, "DisablePythonRuntime", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    ("/org.openoffice.Office.Common/Save/Document", "WarnAlienFormat", "false"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
)
_FORMATS = {
    "pdf": 'pdf:impress_pdf_Export:{"ReduceImageResolution":{"type":"boolean","value":"false"}}',
    "pptx": "pptx",
}


def office_available() -> bool:
    """Tell whether decks can be converted here: LibreOffice is installed and the cage works."""
    return shutil.which("soffice") is not None and sandbox.isolation_works()


def write_profile(folder: Path) -> None:
    """Write a throw-away LibreOffice profile with every dangerous feature switched off."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">' + items + "</oor:items>",
        encoding="utf-8",
    )


def convert(source: Path, kind: str, limits: Limits) -> Path | None:
    """Convert ``source`` to ``kind`` (``pdf`` or ``pptx``) beside it.

    The folder of ``source`` becomes the job folder: it must hold nothing secret. Its name must be
    one we chose (ASCII, no spaces).

    Returns:
        The new file, or ``None`` when LibreOffice made nothing, took too long or needed too much.

    Raises:
        FileNotFoundError: bubblewrap or LibreOffice is missing; ask :func:`office_available`.
    """
    job = source.parent
    profile = job / "profile"
    if not profile.exists():
        write_profile(profile)
    shutil.copyfile(FONTS_CONF, job / "fonts.conf")
    target = job / "out" / f"{source.stem}.{kind}"
    sandbox.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{sandbox.JOB}/profile",
            "--headless",
            "--norestore",
            "--nologo",
            "--nolockcheck",
            "--convert-to",
            _FORMATS[kind],
            "--outdir",
            f"{sandbox.JOB}/out",
            f"{sandbox.JOB}/{source.name}",
        ],
        job=job,
        limits=limits,
        seconds=limits.office_seconds,
        environment={
            "HOME": str(sandbox.JOB),
            "FONTCONFIG_FILE": f"{sandbox.JOB}/fonts.conf",
            "SAL_USE_VCLPLUGIN": "svp",
            # With a Japanese locale LibreOffice 7.4 takes the bold face of BIZ UD for everything.
            "LANG": "C.UTF-8",
        },
    )
    return target if target.is_file() and target.stat().st_size else None
