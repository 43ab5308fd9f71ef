"""The head of an HTTP request, read more strictly than RFC 9112 asks: nothing that two servers could read in two ways."""

import functools
import re

MAX_HEAD = 65536  # bytes of all header lines of a request
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class BadRequest(ValueError):
    """The request breaks HTTP/1.1; `status` is the answer."""

    def __init__(self, reason, status=400):
        super().__init__(reason)
        self.status = status


def read_fields(stream):
    """Reads header lines up to the empty one. Raises BadRequest."""
    fields = {}
    left = MAX_HEAD
    while True:
        line = stream.readline(left + 1)
        left -= len(line)
        if left < 0:
            raise BadRequest("the headers are too long", 431)
        if line in (b"\r\n", b"\n"):
            return fields
        name, colon, value = line.partition(b":")
        if not colon or line[-1:] != b"\n":
            raise BadRequest("an incomplete header line")
        key = environ_key(name)
        if key is None:
            continue
        value = value.strip(b" \t\r\n").decode("latin-1")
        if "\r" in value or "\0" in value:
            raise BadRequest("a control character in a header")
        if key not in fields:
            fields[key] = value
        elif key == "CONTENT_LENGTH":
            raise BadRequest("more than one Content-Length header")
        else:
            fields[key] += ("; " if key == "HTTP_COOKIE" else ",") + value


@functools.lru_cache(maxsize=512)
def environ_key(name):
    """The WSGI key of a header; None for one with an underscore, which could pass for another with a hyphen."""
    if not TOKEN.fullmatch(name):
        raise BadRequest("a malformed header name")
    if b"_" in name:
        return None
    key = name.decode("ascii").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def body_length(fields, version):
    """The value of Content-Length, or None. Raises BadRequest where two servers could read it in two ways."""
    length = fields.get("CONTENT_LENGTH")
    coding = fields.get("HTTP_TRANSFER_ENCODING")
    if coding is not None and (coding.lower() != "chunked" or length is not None or version == "HTTP/1.0"):
        raise BadRequest("an ambiguous Transfer-Encoding")
    if length is None:
        return None
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("a malformed Content-Length")
    return int(length)
