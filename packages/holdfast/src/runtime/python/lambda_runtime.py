"""The program of a Python function as Lambda runs it: loads the handler that the environment names and gives it one
invocation after another from the Lambda Runtime API (version 2018-06-01, documented). Python 3.9 or newer, and its
standard library only. The wording of errors and of the log is that of Lambda's runtime (its published source).

The environment is Lambda's. Layers are on PYTHONPATH, and so is the folder of this file, for its sitecustomize.
"""

import http.client
import importlib
import importlib.machinery
import json
import logging
import os
import sys
import time
import traceback

_BASE = "/2018-06-01/runtime/"
_HEADER = "Lambda-Runtime-"
# Lambda's names of levels that Python has under others, or not at all.
_LEVELS = {
    "TRACE": "DEBUG",
    "DEBUG": "DEBUG",
    "INFO": "INFO",
    "WARN": "WARNING",
    "ERROR": "ERROR",
    "FATAL": "CRITICAL",
}
# One record is one line: Lambda writes the lines within it with carriage returns between them.
_LINE_WITHIN = "\r"


class _Fault(Exception):
    """What the runtime itself has to say: a type of Lambda's, and no stack but the one given."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


class _RuntimeApi:
    """Over one connection that is kept."""

    def __init__(self, authority):
        self._connection = http.client.HTTPConnection(authority)

    def next(self):
        """Waits until there is an invocation: its headers and its body."""
        status, headers, body = self._send("GET", "invocation/next")
        if status != 200:
            raise OSError(f"The Runtime API answered {status}")
        return headers, body

    def respond(self, request_id, body):
        self._send("POST", f"invocation/{request_id}/response", body)

    def fail(self, request_id, error):
        self._send_error(f"invocation/{request_id}/error", error)

    def fail_init(self, error):
        self._send_error("init/error", error)

    def _send_error(self, path, error):
        body = json.dumps(error).encode()
        self._send("POST", path, body, {f"{_HEADER}Function-Error-Type": error["errorType"]})

    def _send(self, method, path, body=None, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        is_kept = self._connection.sock is not None
        try:
            return self._exchange(method, path, body, headers)
        except (ConnectionError, http.client.RemoteDisconnected):
            self._connection.close()
            # The server let go of a connection that rested.
            if not is_kept:
                raise
            return self._exchange(method, path, body, headers)

    def _exchange(self, method, path, body, headers):
        self._connection.request(method, _BASE + path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.headers, response.read()


class _Attributes:
    def __init__(self, **values):
        self.__dict__.update(values)

    def __repr__(self):
        values = ",".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}([{values}])"


class Client(_Attributes):
    pass


class ClientContext(_Attributes):
    pass


class CognitoIdentity(_Attributes):
    pass


class LambdaContext(_Attributes):
    """What a handler finds in `context`, under Lambda's names."""

    def __init__(self, headers):
        environment = os.environ
        super().__init__(
            aws_request_id=headers.get(f"{_HEADER}Aws-Request-Id"),
            log_group_name=environment.get("AWS_LAMBDA_LOG_GROUP_NAME"),
            log_stream_name=environment.get("AWS_LAMBDA_LOG_STREAM_NAME"),
            function_name=environment.get("AWS_LAMBDA_FUNCTION_NAME"),
            # Text, as on Lambda.
            memory_limit_in_mb=environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
            function_version=environment.get("AWS_LAMBDA_FUNCTION_VERSION"),
            invoked_function_arn=headers.get(f"{_HEADER}Invoked-Function-Arn"),
            client_context=_client_context(headers.get(f"{_HEADER}Client-Context")),
            identity=_identity(headers.get(f"{_HEADER}Cognito-Identity")),
            _epoch_deadline_time_in_ms=int(headers.get(f"{_HEADER}Deadline-Ms") or 0),
        )

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


def _client_context(text):
    if not text:
        return None
    given = json.loads(text)
    names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
    client = given.get("client")
    return ClientContext(
        custom=given.get("custom"),
        env=given.get("env"),
        client=client and Client(**{name: client.get(name) for name in names}),
    )


def _identity(text):
    given = json.loads(text) if text else {}
    return CognitoIdentity(
        cognito_identity_id=given.get("cognitoIdentityId"),
        cognito_identity_pool_id=given.get("cognitoIdentityPoolId"),
    )


class _RequestFilter(logging.Filter):
    """Gives each record the id of the invocation under way."""

    request_id = ""

    def filter(self, record):
        record.aws_request_id = self.request_id
        return True


class _TextFormatter(logging.Formatter):
    converter = time.gmtime

    def __init__(self):
        pattern = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        super().__init__(pattern, "%Y-%m-%dT%H:%M:%S")

    def format(self, record):
        return super().format(record).replace("\n", _LINE_WITHIN)


class _JsonFormatter(logging.Formatter):
    converter = time.gmtime
    _standard = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}

    def format(self, record):
        fields = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": record.aws_request_id or None,
        }
        if record.exc_info:
            kind, error, frames = record.exc_info
            fields["errorType"] = kind.__name__
            fields["errorMessage"] = str(error)
            fields["stackTrace"] = [line.rstrip("\n") for line in traceback.format_tb(frames)]
            fields["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        extra = {name: value for name, value in vars(record).items() if name not in self._standard}
        given = {name: value for name, value in {**fields, **extra}.items() if value is not None}
        return json.dumps(given, default=str, ensure_ascii=False)


class _StandardOutput(logging.StreamHandler):
    """Whatever `sys.stdout` is at the time."""

    def __init__(self):
        logging.Handler.__init__(self)

    @property
    def stream(self):
        return sys.stdout


def _is_json_log():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"


def _set_up_logging():
    requests = _RequestFilter()
    handler = _StandardOutput()
    handler.addFilter(requests)
    handler.setFormatter(_JsonFormatter() if _is_json_log() else _TextFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if level in _LEVELS:
        root.setLevel(_LEVELS[level])
    return requests


def _load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise _Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module_name} as a handler module"
        raise _Fault("Runtime.BuiltInModuleConflict", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}{_advice_for(error)}"
        raise _Fault("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").rstrip()}'
        message = f"Syntax error in module '{module_name}': {error}{_advice_on_version()}"
        raise _Fault("Runtime.UserCodeSyntaxError", message, [place]) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise _Fault("Runtime.HandlerNotFound", message) from None


class _SdkFinder:
    """Finds AWS's SDK, and what it stands on, in another Python's packages where this one has none: never anything else
    of them, which may be made for that version."""

    _NAMES = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")

    def __init__(self, folder):
        self._folder = folder

    def find_spec(self, name, path=None, target=None):
        if path is not None or name not in self._NAMES:
            return None
        return importlib.machinery.PathFinder.find_spec(name, [self._folder])


def _advice_for(error):
    """Lambda's image has AWS's SDK; a Python of one's own mostly has not."""
    missing = (getattr(error, "name", None) or "").split(".")[0]
    if missing not in ("boto3", "botocore"):
        return ""
    return f"\nLambda's image brings it along; here, install it: {sys.executable} -m pip install boto3"


def _advice_on_version():
    """Where an older Python stands in for the one that the function asks for."""
    wanted = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python")[2].split(".")
    running = sys.version_info[:2]
    if len(wanted) != 2 or not all(part.isdigit() for part in wanted) or tuple(map(int, wanted)) <= running:
        return ""
    return f"\nThe function asks for Python {'.'.join(wanted)}, and this is {running[0]}.{running[1]}: install the newer."


def _to_error(error, request_id=""):
    if isinstance(error, _Fault):
        kind, trace = error.error_type, error.trace
    else:
        kind = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        trace = traceback.format_list([frame for frame in frames if frame.filename != __file__])
    try:
        message = str(error)
    except Exception:
        message = ""
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def _log_error(error):
    if _is_json_log():
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        fields = {"timestamp": now, "level": "ERROR", **error}
        return _print(json.dumps(fields, ensure_ascii=False))
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}"]
    lines.append("Traceback (most recent call last):")
    lines.extend(frame.rstrip("\n") for frame in error["stackTrace"])
    _print("\n".join(lines).replace("\n", _LINE_WITHIN))


def _print(text):
    """Whatever the text holds, and whatever the function did to its output: it still has to hear of the error."""
    try:
        print(text.encode("utf-8", "backslashreplace").decode("utf-8"))
    except Exception:
        pass
    _flush()


def _flush():
    """The function may have closed its output, or put something else there."""
    try:
        sys.stdout.flush()
    except Exception:
        pass


def _invoke(handler, headers, body):
    """The response as JSON. Raises what the handler raises, and _Fault."""
    try:
        event = json.loads(body)
    except ValueError as error:
        raise _Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
    result = handler(event, LambdaContext(headers))
    try:
        return json.dumps(result).encode()
    except Exception as error:
        raise _Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def _set_trace_id(trace_id):
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def _run_function():
    # Each line leaves when it is complete, whatever becomes of the process.
    sys.stdout.reconfigure(line_buffering=True)
    # In place of this file's folder, which is on the path anyway.
    sys.path[0] = os.environ.get("LAMBDA_TASK_ROOT", os.getcwd())
    if "HOLDFAST_PYTHON_SDK" in os.environ:
        # Last, so that whatever the function brings counts.
        sys.meta_path.append(_SdkFinder(os.environ["HOLDFAST_PYTHON_SDK"]))
    api = _RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    requests = _set_up_logging()
    try:
        handler = _load_handler(os.environ.get("_HANDLER", ""))
    except Exception as fault:
        error = _to_error(fault)
        _log_error(error)
        api.fail_init(error)
        sys.exit(1)
    while True:
        headers, body = api.next()
        request_id = requests.request_id = headers.get(f"{_HEADER}Aws-Request-Id", "")
        _set_trace_id(headers.get(f"{_HEADER}Trace-Id"))
        # SystemExit passes: it ends the process, as on Lambda.
        try:
            response = _invoke(handler, headers, body)
        except Exception as fault:
            error = _to_error(fault, request_id)
            _log_error(error)
            api.fail(request_id, error)
        else:
            _flush()
            api.respond(request_id, response)


if __name__ == "__main__":
    try:
        _run_function()
    except (ConnectionError, http.client.HTTPException):
        # The host is gone, and so is the reason to be here.
        sys.exit(1)
