"""What makes two addresses the same page, and two hosts the same site. Pure.

Addresses are compared by `link_key`, never fetched in that form: it has no scheme. Imports nothing
of ours, and everything of ours may import it.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

LONGEST = 2048  #: code points; longer addresses name nothing that we could show or compare

DEFAULT_PORTS = {"http": 80, "https": 443}

#: Query parameters that say how a reader came, not what the page is: the tags of analytics and mail
#: tools, advertisers and social networks, by the names their vendors document.
TRACKERS = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "yclid",
        "ymclid",
        "msclkid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "li_fat_id",
        "mkt_tok",
        "oly_anon_id",
        "oly_enc_id",
        "_openstat",
        "vero_id",
        "wickedid",
        "_hsenc",
        "_hsmi",
        "__hssc",
        "__hstc",
        "__hsfp",
        "hsctatracking",
        "at_medium",
        "at_campaign",
        "at_custom1",
        "at_custom2",
        "at_custom3",
        "at_custom4",
        "at_link_id",
        "at_link_type",
        "at_link_origin",
        "ns_mchannel",
        "ns_campaign",
        "ns_source",
        "ns_linkname",
        "cmpid",
        "ftag",
        "xtor",
        "ysclid",
        "vero_conv",
        "rb_clickid",
        "s_cid",
        "mibextid",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "ito",
        "ocid",
        "sr_share",
        "ref_src",
        "ref_url",
        "__twitter_impression",
        "at_campaign_type",
        "at_ptr_name",
        "at_bbc_team",
        "at_format",
        "at_variant",
        "at_creation",
        "at_audience",
        "at_term",
    ]
)
#: Families of such names. Others, `at_` among them, are listed singly: sites have such names of their own.
TRACKER_PREFIXES = ("utm_", "mc_", "pk_", "mtm_", "matomo_", "hsa_", "ga_")

#: Second-level labels under which country registries sell names (`org.az`, `co.uk`).
REGISTRY_LABELS = frozenset(
    [
        "ac",
        "biz",
        "co",
        "com",
        "edu",
        "gen",
        "go",
        "gob",
        "gouv",
        "gov",
        "gv",
        "info",
        "int",
        "k12",
        "mil",
        "name",
        "ne",
        "net",
        "nom",
        "or",
        "org",
        "pp",
        "pro",
        "sch",
        "web",
    ]
)
#: Hosts under which strangers have names of their own.
SHARED_PARENTS = frozenset(
    [
        "blogspot.com",
        "wordpress.com",
        "medium.com",
        "substack.com",
        "tumblr.com",
        "livejournal.com",
        "weebly.com",
        "wixsite.com",
        "github.io",
        "gitlab.io",
        "netlify.app",
        "vercel.app",
        "pages.dev",
        "workers.dev",
        "web.app",
        "firebaseapp.com",
        "herokuapp.com",
        "azurewebsites.net",
        "cloudfront.net",
        "amazonaws.com",
        "ghost.io",
        "over-blog.com",
        "ucoz.com",
        "feedburner.com",
        "translate.goog",
    ]
)

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_PATH_SAFE = "/:@!$&'()*+,;=~-._%"


def is_tracker(parameter: str) -> bool:
    """Whether a query parameter, with its value or without, only says where a reader came from."""
    name = parameter.partition("=")[0].lower()
    return name in TRACKERS or name.startswith(TRACKER_PREFIXES)


def link_key(url: str) -> str | None:
    """The spelling under which an address is compared; None when it is no http(s) address.

    Without scheme, credentials, `www.`, default port, fragment, tracking parameters and trailing
    slash; host in lower case and IDNA; percent escapes and the order of parameters made uniform.
    """
    site = host_of(url)
    if not site or len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url.strip())
        port, path, query = parts.port, _path(parts.path).rstrip("/"), _query(parts.query)
    except ValueError:  # a port out of range, a lone surrogate
        return None
    where = f"[{site}]" if ":" in site else site
    if port not in (None, DEFAULT_PORTS[parts.scheme]):
        where += f":{port}"
    return f"{where}{path}?{query}" if query else f"{where}{path}"


def host_of(url: str) -> str | None:
    """The host of an http(s) address in comparable spelling: lower case, IDNA, no `www.`, no port."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return (_host(host) or None) if host and parts.scheme in DEFAULT_PORTS else None


def same_site(one: str, other: str) -> bool:
    """Whether two hosts (as `host_of` spells them) belong to one publisher, as far as names can tell.

    Equal, one below the other, or siblings (`az.example.org`, `en.example.org`), unless what they
    share is a registry's or a hosting service's suffix, under which strangers have names.
    """
    if one == other:
        return True
    if _is_ip(one) or _is_ip(other):
        return False
    shared = _shared_labels(one, other)
    return len(shared) >= 2 and not _is_suffix(shared)


def _host(host: str) -> str:
    name = host.rstrip(".").lower()
    if ":" not in name and not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return name.removeprefix("www.")


def _path(path: str) -> str:
    """Escapes in capitals, unreserved characters bare, everything else escaped."""
    bare = _ESCAPE.sub(_unreserved, path)
    return quote(bare, safe=_PATH_SAFE)


def _unreserved(escape: re.Match[str]) -> str:
    char = chr(int(escape[1], 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else escape[0].upper()


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not is_tracker(name)]
    return urlencode(sorted(kept))


def _shared_labels(one: str, other: str) -> list[str]:
    """The labels two names end with in common, from the left."""
    shared: list[str] = []
    for left, right in zip(reversed(one.split(".")), reversed(other.split(".")), strict=False):
        if left != right:
            break
        shared.insert(0, left)
    return shared


def _is_suffix(labels: list[str]) -> bool:
    registry = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in REGISTRY_LABELS
    return registry or ".".join(labels) in SHARED_PARENTS or labels[0] == "blogspot"


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
