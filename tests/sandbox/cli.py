"""The command line of the sandbox."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

import yaml

from .service import Service
from .store import StateFileError
from .switches import SwitchError
from .web import Frame
from .wire import LoopbackServer

DEFAULT_PORT = 8460


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status."""
    options = _options().parse_args(arguments)
    try:
        service = Service(options.state, dict(options.switches))
        server = LoopbackServer(options.host, options.port, Frame(service))
        server.start_in_thread()
    except (SwitchError, StateFileError, ValueError, OSError) as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)
        return 2
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    print(_greeting(server.base_url, service), flush=True)
    stopped.wait()
    service.release_held_answers()
    server.stop()
    service.store.save()
    print("The sandbox has stopped.", flush=True)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.sandbox",
        description="Run the platforms that edtech.lti knows as one local server.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0: any free port (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the state in this file between runs")
    parser.add_argument(
        "--set",
        dest="switches",
        type=_assignment,
        action="append",
        default=[],
        metavar="SWITCH=VALUE",
        help="start with this switch, for example exam.soft_delete=false; may be repeated",
    )
    return parser


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not SWITCH=VALUE")
    return name.strip(), value.strip()


def _greeting(base_url: str, service: Service) -> str:
    lines = [f"The sandbox is ready: {base_url}/", "", "Platforms:"]
    for platform in service.platforms:
        lines.append(f"  {platform.name:<8} {base_url}{platform.prefixes[0]}")
    lines += ["", "Demo credentials:"]
    for platform in service.platforms:
        given = service.credentials.get(platform.name, {})
        plain = {name: value for name, value in given.items() if not isinstance(value, list)}
        text = yaml.safe_dump({platform.name: plain}, sort_keys=False)
        lines += [f"  {line}" for line in text.splitlines()]
    lines += ["", f"Control: {base_url}/_sandbox/{{requests,state,reset,switches,faults}}"]
    return "\n".join(lines)
