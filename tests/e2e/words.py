"""The client's own sentences, so that tests name buttons and fields as people read them, in both languages."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

MESSAGES = Path(__file__).resolve().parents[2] / "frontend" / "messages"
EN, ZH = "en", "zh-Hans"
LOCALES = (EN, ZH)
_PLACE = re.compile(r"\{(\w+)\}")


@cache
def _catalogue(locale: str) -> dict[str, Any]:
    return json.loads((MESSAGES / f"{locale}.json").read_text(encoding="utf-8"))


class Words:
    """`words("sign_in")`, `words("n_new", n=3)`: what stands on the screen in one language."""

    def __init__(self, locale: str = EN) -> None:
        self.locale = locale

    def __call__(self, name: str, **values: object) -> str:
        message = _catalogue(self.locale)[name]
        if not isinstance(message, str):
            forms = message[0]["match"]
            message = forms.get("form=one") if values.get("count") == 1 else None
            message = message or forms["form=other"]
        return _PLACE.sub(lambda found: str(values[found[1]]), message)

    def some(self, name: str) -> re.Pattern[str]:
        """The same with anything in its places, for numbers and times that a test does not fix."""
        message = _catalogue(self.locale)[name]
        return re.compile("^" + ".+".join(re.escape(part) for part in _PLACE.split(message)[::2]) + "$")
