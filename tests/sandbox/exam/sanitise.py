"""How a sanitiser would rewrite the HTML of a document.

`docs/platforms/exam.md`, section 9: whether the platform does so is unknown, so a switch
decides. Nothing a reader sees changes, yet the text no longer equals what was sent.
"""

from __future__ import annotations

import html
from html.parser import HTMLParser

_DROPPED = ("script", "style")
_EMPTY = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")
_BLOCKS = ("div", "p", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4", "blockquote")


def sanitised(text: str) -> str:
    """Return `text` with attributes in double quotes, new spacing and no scripts."""
    rewriter = _Rewriter()
    rewriter.feed(text)
    rewriter.close()
    return "".join(rewriter.parts).strip()


class _Rewriter(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._dropping = 0

    def handle_starttag(self, tag, attrs):
        if tag in _DROPPED:
            self._dropping += 1
        if self._dropping:
            return
        kept = [f' {name}="{html.escape(value or "")}"' for name, value in attrs if not name.startswith("on")]
        self.parts.append(f"<{tag}{''.join(kept)}>")

    def handle_endtag(self, tag):
        if tag in _DROPPED:
            self._dropping = max(0, self._dropping - 1)
        elif not self._dropping and tag not in _EMPTY:
            self.parts.append(f"</{tag}>")
            if tag in _BLOCKS:
                self.parts.append("\n")

    def handle_startendtag(self, tag, attrs):
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        between_blocks = not data.strip() and (not self.parts or self.parts[-1] == "\n")
        if not self._dropping and not between_blocks:
            self.parts.append(html.escape(data, quote=False))
