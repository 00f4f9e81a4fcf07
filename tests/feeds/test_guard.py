"""The guard lets nothing inside and turns nobody honest away."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest

from bot.feeds.guard import Allowed, Reason, Refusal, check_address, check_resolved, check_url

INSIDE = (
    *("0.0.0.0", "127.0.0.1", "127.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200"),
    *("168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192"),
    *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1"),
    *("239.255.255.250", "240.0.0.1", "255.255.255.255"),
)
INSIDE_V6 = (
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    *(
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3ffe::1",
    ),
    *("3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1"),
    "2a00:1450:4001:80b:0:5efe:7f00:1",
)
PUBLIC = ("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.32.0.1")
PUBLIC_V6 = ("2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001:80b::200e", "2400:cb00::1")


@pytest.mark.parametrize("ip", [*INSIDE, *INSIDE_V6])
def test_no_special_address_is_public(ip: str) -> None:
    """Every special-purpose address is refused, also where `ipaddress.is_global` says otherwise."""
    refusal = check_address(ip_address(ip))
    assert refusal is not None
    assert refusal.reason is Reason.PRIVATE_ADDRESS


@pytest.mark.parametrize("ip", [*PUBLIC, *PUBLIC_V6])
def test_public_addresses_pass(ip: str) -> None:
    """The neighbours of the refused networks are ordinary."""
    assert check_address(ip_address(ip)) is None


# --- a generator of spellings -------------------------------------------------------------------


def spellings(ip: str) -> Iterator[str]:
    """The many ways in which some program or other reads this IPv4 address."""
    a, b, c, d = (int(part) for part in ip.split("."))
    number = int(IPv4Address(ip))
    tail, pair = (b << 16) + (c << 8) + d, (c << 8) + d
    yield from (
        ip,
        str(number),
        hex(number),
        oct(number).replace("o", ""),
        f"0X{number:08X}",
        f"{number:#011x}",
    )
    for form in (str, hex, lambda n: f"0{n:o}", lambda n: f"000{n:o}", lambda n: f"0x{n:04X}"):
        yield ".".join(form(part) for part in (a, b, c, d))
        yield f"{form(a)}.{form(tail)}"
        yield f"{form(a)}.{form(b)}.{form(pair)}"
        yield f"{form(a)}.{b}.{c}.{d}"
        yield f"{a}.{b}.{c}.{form(d)}"
    for dot in "\u3002\uff0e\uff61":
        yield ip.replace(".", dot)
    yield ip.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    yield ip.translate({ord(str(n)): "⓪①②③④⑤⑥⑦⑧⑨"[n] for n in range(10)})
    yield ip.translate({ord(str(n)): chr(0x1D7CE + n) for n in range(10)})
    yield ip.translate({ord(str(n)): chr(0x0660 + n) for n in range(10)})
    yield "".join(f"%{ord(letter):02x}" for letter in ip)
    yield ip.replace(".", "%2e")
    yield from (f"{ip}.", f"{ip}..", f".{ip}", f"{ip}\u200b", f"{ip}%00", f"{ip}.nip.io", f"a.{ip}.sslip.io")
    yield from (
        f"[::{ip}]",
        f"[::ffff:{ip}]",
        f"[0:0:0:0:0:ffff:{ip}]",
        f"[::ffff:0:{ip}]",
        f"[64:ff9b::{ip}]",
    )
    yield f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]"
    yield f"[2a00::5efe:{a:02x}{b:02x}:{c:02x}{d:02x}]"
    yield from (f"[{ip}]", "[::1%25eth0]", f"[fe80::{d:x}%eth0]", f"[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]")


NAMES = (
    *("localhost", "LOCALHOST", "localhost.localdomain", "a.localhost", "ip6-localhost", "printer.local"),
    *("metadata.google.internal", "metadata", "instance-data", "metadata.goog", "kubernetes.default.svc"),
    *("db.intranet", "nas.lan", "router.home.arpa", "1.0.0.127.in-addr.arpa", "localtest.me", "x.lvh.me"),
    *(
        "expyuzz4wqqyqhjn.onion",
        "7f000001.a9fea9fe.rbndr.us",
        "redis",
        "ⓛocalhost",
        "localhost。",
        "loc\u00adalhost",
    ),
)

WRAPPERS = (
    *("http://{}/", "https://{}/", "http://{}", "HTTP://{}/", "http://{}:80/", "https://{}:443/feed?x=1"),
    *(
        "http://{}:6379/",
        "http://user@{}/",
        "http://user:pw@{}/",
        "http://example.com@{}/",
        "http://{}#@example.com/",
    ),
    *("http://{}?@example.com/", "http://{}\\@example.com/", "http://{}/ ", " http://{}/", "\thttp://{}/"),
    *("http://\n{}/", "http:///{}/", "http:/{}/", "http:{}", "//{}/", "http://{}:0/", "http://{}:080/"),
    *(
        "http://{};@example.com/",
        "http://{}:80:80/",
        "http://{}/%0d%0aHost:example.com",
        "http://example.com#@{}/",
    ),
)


def hostile_urls() -> Iterator[str]:
    """Every spelling in every wrapper."""
    hosts = [spelled for ip in INSIDE for spelled in spellings(ip)]
    hosts += [f"[{ip}]" for ip in INSIDE_V6]
    hosts += NAMES
    for host in hosts:
        for wrapper in WRAPPERS:
            yield wrapper.replace("{}", host)
    for scheme in (
        "file",
        "ftp",
        "gopher",
        "dict",
        "ldap",
        "jar",
        "data",
        "javascript",
        "ws",
        "unix",
        "netdoc",
    ):
        yield f"{scheme}://example.com/"
        yield f"{scheme}:///etc/passwd"


def test_no_hostile_spelling_passes() -> None:
    """Tens of thousands of spellings of internal places, none of them allowed."""
    urls = list(dict.fromkeys(hostile_urls()))
    allowed = [url for url in urls if isinstance(check_url(url), Allowed)]
    assert allowed == []
    assert len(urls) > 28_000


HONEST_HOSTS = (
    *(
        "example.com",
        "www.azadliq.org",
        "xəbər.az",
        "пример.рф",
        "例え.jp",
        "münchen.de",
        "straße.de",
        "مثال.إختبار",
    ),
    *(
        "xn--e1afmkfd.xn--p1ai",
        "WWW.Example.COM",
        "a-b.c-d.example",
        "r3---sn-x.googlevideo.com",
        "my_blog.example.org",
    ),
    *(
        "1.1.1.1",
        "8.8.4.4",
        "[2606:4700:4700::1111]",
        "[2001:4860:4860:0:0:0:0:8888]",
        "0x.com",
        "127.example.com",
    ),
    *(
        "localhost.example.com",
        "internal.example.com",
        "4chan.org",
        "feeds.bbci.co.uk",
        "x.museum",
        "ՀԱՅ.հայ",
    ),
)
HONEST_TAILS = (
    *(
        "",
        "/",
        ":80/",
        ":443/feed",
        "/feed?format=rss&lang=az",
        "/@author/feed",
        "/a;b=c,d/(e)/!'*",
        "/%C9%99?q=%20",
    ),
    *(
        "/xəbərlər/1?söz=ə",
        "/a//b/../c",
        "/?" + "k=v&" * 400,
        "/#part",
        "/x?url=http://127.0.0.1/",
        "/a|b{c}^`d",
    ),
    *("/~user/feed.xml", "/feed?a[]=1", "/100%", "/a:b@c", "/feed#!/a", "/?q=a@b.c"),
)


@pytest.mark.parametrize("host", HONEST_HOSTS)
def test_honest_addresses_pass(host: str) -> None:
    """International names, public literals, odd paths and long queries are allowed over http and https."""
    urls = [f"{scheme}://{host}{tail}" for scheme in ("http", "https") for tail in HONEST_TAILS]
    refused = {url: found for url in urls if isinstance(found := check_url(url), Refusal)}
    assert refused == {}


def test_an_allowed_address_has_one_ascii_spelling() -> None:
    """What is asked is what was checked: IDNA host, no default port, no fragment, encoded path."""
    assert check_url("HTTPS://Xəbər.AZ:443/yol/ə?q=ş#son") == Allowed(
        url="https://xn--xbr-dtbb.az/yol/%C9%99?q=%C5%9F", host="xn--xbr-dtbb.az", port=443
    )
    assert check_url("http://Example.org./1") == Allowed(
        url="http://example.org/1", host="example.org", port=80
    )
    assert check_url("http://[2606:4700:0:0::1111]") == Allowed(
        url="http://[2606:4700::1111]/", host="2606:4700::1111", port=80
    )


def test_a_checked_address_stays_the_same_when_checked_again() -> None:
    """The canonical spelling is a fixed point."""
    for host in HONEST_HOSTS:
        for tail in HONEST_TAILS:
            once = check_url(f"https://{host}{tail}")
            assert isinstance(once, Allowed)
            assert check_url(once.url) == once


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com:8080/", Reason.PORT),
        ("http://example.com:99999/", Reason.PORT),
        ("http://u:p@example.com/", Reason.USERINFO),
        ("ftp://example.com/", Reason.SCHEME),
        ("http://example.com/" + "a" * 2048, Reason.TOO_LONG),
        ("http://example.com/a b", Reason.CHARACTERS),
        ("http://exam\\ple.com/", Reason.CHARACTERS),
        ("http://2130706433/", Reason.NUMERIC_HOST),
        ("http://example.com../", Reason.HOST),
        ("http://./", Reason.HOST),
        ("http://localhost./", Reason.INTERNAL_NAME),
        ("http://metadata.google.internal./", Reason.INTERNAL_NAME),
        ("http://127.0.0.1.nip.io./", Reason.INTERNAL_NAME),
        ("http://127.0.0.1./", Reason.NUMERIC_HOST),
        ("http://8.8.8.8./", Reason.NUMERIC_HOST),
        ("http://localhost/", Reason.INTERNAL_NAME),
        ("http://10.0.0.1/", Reason.PRIVATE_ADDRESS),
        ("not an address", Reason.CHARACTERS),
        ("", Reason.MALFORMED),
    ],
)
def test_a_refusal_says_why(url: str, reason: Reason) -> None:
    """Each refusal has its own reason, which the command line prints."""
    found = check_url(url)
    assert isinstance(found, Refusal)
    assert found.reason is reason


def test_the_configuration_file_may_lift_addresses_but_not_spelling() -> None:
    """`allow_private` permits any port, name and address; never user information or odd numbers."""
    assert isinstance(check_url("http://127.0.0.1:8123/feed", allow_private=True), Allowed)
    assert isinstance(check_url("http://feeds.lan/", allow_private=True), Allowed)
    assert isinstance(check_url("http://[::1]:8123/", allow_private=True), Allowed)
    assert isinstance(check_url("http://2130706433/", allow_private=True), Refusal)
    assert isinstance(check_url("http://u@127.0.0.1/", allow_private=True), Refusal)
    assert isinstance(check_url("file:///etc/passwd", allow_private=True), Refusal)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (["93.184.216.34"], None),
        (["93.184.216.34", "2606:2800:220:1::1"], None),
        (["93.184.216.34", "127.0.0.1"], Reason.PRIVATE_ADDRESS),
        (["::ffff:10.0.0.1"], Reason.PRIVATE_ADDRESS),
        (["fe80::1%eth0"], Reason.PRIVATE_ADDRESS),
        (["nonsense"], Reason.PRIVATE_ADDRESS),
        ([], Reason.UNRESOLVED),
    ],
)
async def test_every_answer_of_dns_must_be_public(answers: list[str], reason: Reason | None) -> None:
    """One internal address among public ones refuses the name."""

    async def lookup(host: str, port: int) -> list[str]:
        assert (host, port) == ("example.com", 443)
        return answers

    found = await check_resolved("https://example.com/", lookup)
    assert (found.reason if isinstance(found, Refusal) else None) is reason


async def test_internal_names_are_refused_without_asking_dns() -> None:
    """DNS would tell the outside what we were asked."""
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"]

    for name in ("localhost", "db.internal", "x.onion", "printer.local"):
        assert isinstance(await check_resolved(f"http://{name}/", lookup), Refusal)
    assert asked == []


def test_ipv6_zone_is_never_public() -> None:
    """A zone id names an interface of this machine."""
    assert check_address(IPv6Address("2606:4700::1%eth0")) is not None
