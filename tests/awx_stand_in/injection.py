"""What AWX makes of a credential for a job: the environment, and the files that it names.

When a job runs AWX is more lenient than when it takes the type: what is undefined is empty. It leaves out what was left
blank, and fills in "false" for flags that nobody set.
"""

from __future__ import annotations

from pathlib import Path

import jinja2.sandbox


class _Names:
    pass


def environment(kind, inputs, folder):
    """The environment variables of a job with a credential.

    :param kind: the credential type, as data with ``inputs`` and ``injectors``.
    :param inputs: the credential's values, which a person typed.
    :param folder: where its files come.
    """
    space = {name: value for name, value in inputs.items() if isinstance(value, bool) or value}
    for field in kind["inputs"]["fields"]:
        if field.get("type") == "boolean":
            space.setdefault(field["id"], False)
    space["tower"] = _Names()
    space["tower"].filename = _Names()
    sandbox = jinja2.sandbox.ImmutableSandboxedEnvironment()
    for label, template in kind["injectors"].get("file", {}).items():
        path = Path(folder) / label
        path.touch(mode=0o600)
        path.write_text(sandbox.from_string(template).render(**space), encoding="utf-8")
        setattr(space["tower"].filename, label.partition(".")[2], str(path))
    return {
        name: sandbox.from_string(template).render(**space)
        for name, template in kind["injectors"].get("env", {}).items()
    }
