"""
Makes texts of a submission harmless, which nbgrader's pages show to teachers as HTML. Code in them would run with the teacher's rights, and could change marks.
"""

import re

# a word joiner, which is not seen, keeps a sign from beginning a tag, in text as well as in code
JOINER = "\u2060"
TAG = re.compile(r"<(?=[A-Za-z/!?])")
SCRIPT = re.compile(r"(script)(\s*):", re.IGNORECASE)
ENTITY = re.compile(r"&(?=#|colon|Tab|NewLine)", re.IGNORECASE)


def defused(text):
    """The text with tags, script addresses and entities that could spell them as plain text."""
    plain = TAG.sub(f"<{JOINER}", text)
    plain = SCRIPT.sub(rf"\1{JOINER}\2:", plain)
    return ENTITY.sub(f"&{JOINER}", plain)


def pictures(attachments):
    """The pictures among the attachments of a cell."""
    kept = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        found = {kind: data for kind, data in bundle.items() if PICTURE.fullmatch(kind) and isinstance(data, str) and BASE64.fullmatch(data)} if isinstance(bundle, dict) else {}
        if found:
            kept[str(name)] = found
    return kept


PICTURE = re.compile(r"image/(png|jpeg|gif|webp)")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
