"""Inside functions AWS's names lead to the gateway, so that handlers which build their endpoints themselves run as
they are. Only where the connection goes is changed; the name that TLS and HTTP ask for stays.

Python imports this by itself when its folder is on PYTHONPATH. The environment decides, at each connection:

HOLDFAST_GATEWAY         the gateway's host and port; without it every name is left alone
HOLDFAST_HOSTS           more names that are the gateway's, separated by commas
HOLDFAST_AWS_NAMES=off   leaves AWS's names alone
AWS_ENDPOINT_URL[_...]   an AWS name that the user gives there is meant as it is
"""

import importlib.machinery
import importlib.util
import os
import socket
import sys
from urllib.parse import urlsplit

_AWS_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")
# Databases and caches have names of AWS too, and other ports.
_WEB_PORTS = ("80", "443", "http", "https")


def _gateway_for(host, port):
    """The gateway's host and port when a name and port are to lead there; None when they are left alone."""
    gateway = os.environ.get("HOLDFAST_GATEWAY", "")
    name = _to_text(host).lower().rstrip(".")
    if not gateway or not name or _to_text(port) not in _WEB_PORTS:
        return None
    is_meant = _maps_aws_name(name) if name.endswith(_AWS_SUFFIXES) else _is_listed(name)
    gateway_host, _, gateway_port = gateway.rpartition(":")
    return (gateway_host.strip("[]"), int(gateway_port)) if is_meant else None


def _maps_aws_name(name):
    if os.environ.get("HOLDFAST_AWS_NAMES") == "off":
        return False
    urls = (value for variable, value in os.environ.items() if variable.startswith("AWS_ENDPOINT_URL"))
    return all(urlsplit(url).hostname != name for url in urls)


def _is_listed(name):
    names = os.environ.get("HOLDFAST_HOSTS", "").split(",")
    return name in (one.strip().lower() for one in names)


def _local_name(host):
    """bucket.localhost is this machine, as browsers have it; not every system's resolver knows."""
    return "localhost" if _to_text(host).lower().endswith(".localhost") else host


def _to_text(value):
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")


def _map_aws_names():
    resolve = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        host, port = _gateway_for(host, port) or (_local_name(host), port)
        return resolve(host, port, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo


def _run_the_one_behind():
    """Python takes the first sitecustomize it finds; the one that would have run without this one still does."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [entry for entry in sys.path if os.path.abspath(entry) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


_map_aws_names()
_run_the_one_behind()
