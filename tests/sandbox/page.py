"""What the page at `/` shows, as plain data for its template."""

from __future__ import annotations

from .service import Service

_REQUESTS_SHOWN = 40


def page_content(service: Service) -> dict:
    """Return the variables of `templates/page.html`."""
    with service.store.lock:
        platforms = [
            {
                "title": platform.title,
                "sections": platform.summary(service.store[platform.name], service),
            }
            for platform in service.platforms
        ]
    return {
        "platforms": platforms,
        "requests": list(reversed(service.journal.entries(last=_REQUESTS_SHOWN))),
        "switches": service.switches.rows(),
        "faults": service.faults.waiting(),
    }
