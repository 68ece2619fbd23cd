"""API versions: what is supported, and the routes that tell it (`docs/platforms/d2l.md`, section 1)."""

from __future__ import annotations

from functools import lru_cache

from .answers import answer, invalid, not_found

# The level of the LTI standard, not of this API: the routes of LTI Advantage live under `le`.
_OTHERS = {"lti": ("1.0", "1.1", "1.3"), "ep": ("2.5",), "bas": ("2.0", "2.1", "2.2")}

Version = tuple[int, int]


def parsed(version: str) -> Version:
    """Return `version` as numbers to compare: 1.9 comes before 1.40."""
    major, _dot, minor = version.partition(".")
    return int(major), int(minor)


@lru_cache(maxsize=64)
def listed_versions(switch: str) -> dict[str, Version]:
    """Return the versions that the text of a switch names, oldest first, by their spelling."""
    found = set()
    for part in switch.split(","):
        first, _dash, last = part.partition("-")
        low, high = sorted((parsed(first), parsed(last or first)))
        found |= {(low[0], minor) for minor in range(low[1], high[1] + 1)}
    return {f"{major}.{minor}": (major, minor) for major, minor in sorted(found)}


def supported(service, product: str) -> dict[str, Version] | None:
    """Return the versions of `product` by their spelling, or None for a product not served."""
    if product in ("le", "lp"):
        return listed_versions(service.switches[f"d2l.{product}_versions"])
    if product in _OTHERS:
        return {version: parsed(version) for version in _OTHERS[product]}
    return None


def version_of(service, product: str, segment: str) -> Version:
    """Return the version that a path names, or refuse it with 404."""
    known = supported(service, product)
    if not known:
        raise not_found()
    if segment == "unstable":
        return list(known.values())[-1]
    if segment not in known:
        raise not_found()
    return known[segment]


def all_products(call):
    """List every product."""
    return answer([_product(call, product) for product in ("lp", "le", *_OTHERS)])


def one_product(call):
    """List the versions of one product."""
    if supported(call.service, call.params["product"]) is None:
        raise not_found()
    return answer(_product(call, call.params["product"]))


def one_version(call):
    """Tell whether one version is supported."""
    known = supported(call.service, call.params["product"])
    if known is None:
        raise not_found()
    return answer({"Supported": call.params["version"] in known, "LatestVersion": list(known)[-1]})


def check(call):
    """Tell whether all of several versions are supported."""
    asked = call.body
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise invalid("The body is a list of ProductCode and Version.")
    rows = []
    for one in asked:
        known = supported(call.service, str(one.get("ProductCode", "")).lower())
        if known is None:
            raise invalid(f"There is no product {one.get('ProductCode')!r}.")
        rows.append(
            {
                "ProductCode": one["ProductCode"],
                "Version": one.get("Version"),
                "Supported": one.get("Version") in known,
                "LatestVersion": list(known)[-1],
            }
        )
    return answer({"Supported": all(row["Supported"] for row in rows), "Versions": rows})


def _product(call, product: str) -> dict:
    known = list(supported(call.service, product))
    return {"ProductCode": product, "LatestVersion": known[-1], "SupportedVersions": known}
