"""The command line: one small function for each command; what they do stands in `handlers.terminal`.

Everything heavy is imported inside the commands, so that `xeberdar guard` does not load Telegram.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import ConfigError, StoreError
from handlers.terminal.jsonl import OutputClosed

app = typer.Typer(
    name="xeberdar",
    help="Human-rights alerts for Telegram, Slack and the web, in Azerbaijani and English.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sources_app = typer.Typer(help="The feeds: what they are, and whether they answer.", no_args_is_help=True)
moderator_app = typer.Typer(help="Bot moderators.", no_args_is_help=True)
outbox_app = typer.Typer(help="What waits to be delivered, and what was given up.", no_args_is_help=True)
filters_app = typer.Typer(no_args_is_help=True, help="Filters, before anybody is told by them.")
app.add_typer(sources_app, name="sources")
app.add_typer(moderator_app, name="moderator")
app.add_typer(outbox_app, name="outbox")
app.add_typer(filters_app, name="filters")

ConfigPath = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
InputFile = Annotated[str, typer.Argument(metavar="[FILE]", help="JSON lines; - is standard input.")]
CONFIG = Path("config.toml")

#: The exit status for arguments that cannot be used.
UNUSABLE = 2


# --- the service --------------------------------------------------------------------------------


@app.command()
def run(
    config: ConfigPath = CONFIG,
    role: Annotated[
        list[str] | None,
        typer.Option(
            help="What this process does, once or more often: poll, match, send, web, schedule. "
            "Without it: everything. Several processes share one store.url."
        ),
    ] = None,
) -> None:
    """Run the bot: poll, match, send, until Ctrl-C."""
    from bot.roles import ALL_ROLES, read_roles
    from handlers.terminal.service import run_service

    try:
        roles = read_roles(role) if role else ()
    except ValueError as unknown:
        known = ", ".join(ALL_ROLES)
        sys.stderr.write(
            f"xeberdar: no such role: {str(unknown)!r}; one of {known}, as in --role poll,match --role send\n"
        )
        raise typer.Exit(UNUSABLE) from None
    raise typer.Exit(run_service(config, roles))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 8320,
    data_dir: Annotated[Path, typer.Option(help="Where the demo keeps its state.")] = Path("var/demo"),
    every: Annotated[float, typer.Option(help="Seconds between two sample reports.", min=0.2)] = 6.0,
) -> None:
    """Try everything on this machine: sample reports, a local publisher and the web chat."""
    from handlers.terminal.demo import run_demo

    raise typer.Exit(run_demo(port=port, data_dir=data_dir, every=every))


@app.command()
def check(config: ConfigPath = CONFIG) -> None:
    """Look at configuration, keys, store and tokens, and list every problem."""
    from handlers.terminal.check import run_check

    raise typer.Exit(run_check(config))


@app.command("web-login")
def web_login(config: ConfigPath = CONFIG) -> None:
    """Print a one-time code for signing in to the web chat; it is good for ten minutes."""
    from handlers.terminal.codes import print_web_code

    raise typer.Exit(print_web_code(config))


@moderator_app.command("invite")
def moderator_invite(config: ConfigPath = CONFIG) -> None:
    """Print a one-time invitation: who sends it to the bot becomes a moderator. Good for a day."""
    from handlers.terminal.codes import print_invitation

    raise typer.Exit(print_invitation(config))


@sources_app.command("list")
def sources_list(config: ConfigPath = CONFIG) -> None:
    """Show every source and how it is doing."""
    from handlers.terminal.sources import list_sources

    raise typer.Exit(list_sources(config))


@sources_app.command("test")
def sources_test(
    keys: Annotated[list[str] | None, typer.Argument(help="Keys of sources; none: all of them.")] = None,
    config: ConfigPath = CONFIG,
) -> None:
    """Ask the feeds now, and say what is wrong with those that do not work. Changes nothing."""
    from handlers.terminal.sources import test_sources

    raise typer.Exit(test_sources(config, keys or []))


@sources_app.command("export")
def sources_export(config: ConfigPath = CONFIG) -> None:
    """Print every source as a list that feed readers know (OPML)."""
    from handlers.terminal.sources import export_sources

    raise typer.Exit(export_sources(config))


@sources_app.command("import")
def sources_import(
    file: Annotated[str, typer.Argument(help="An OPML file; - reads standard input.")] = "-",
    config: ConfigPath = CONFIG,
) -> None:
    """Add the feeds of an OPML list, those that work. What they show now is remembered and not sent."""
    from handlers.terminal.sources import import_sources

    raise typer.Exit(import_sources(config, file))


@outbox_app.command("list")
def outbox_list(config: ConfigPath = CONFIG) -> None:
    """Count what waits, and what was given up, by reason. Never names a chat."""
    from handlers.terminal.outbox import list_outbox

    raise typer.Exit(list_outbox(config))


@outbox_app.command("replay")
def outbox_replay(
    why: Annotated[
        list[str] | None, typer.Option("--why", help="Only what was given up for this reason; repeatable.")
    ] = None,
    config: ConfigPath = CONFIG,
) -> None:
    """Queue again what was given up. Nobody is told twice, however often it runs."""
    from handlers.terminal.outbox import replay_outbox

    raise typer.Exit(replay_outbox(config, why or []))


# --- the tools ----------------------------------------------------------------------------------


@app.command()
def read(
    file: InputFile = "-",
    why: Annotated[bool, typer.Option("--why", help="Show the words that caused each label.")] = False,
) -> None:
    """Articles in, readings out: language, countries, topics, summary."""
    from handlers.terminal.tools import read_articles

    raise typer.Exit(read_articles(file, why=why))


@app.command()
def link(file: InputFile = "-") -> None:
    """Articles in, stories out: which of them are the same report."""
    from handlers.terminal.tools import link_articles

    raise typer.Exit(link_articles(file))


@app.command()
def match(
    query: Annotated[str, typer.Option("--filter", help="The filter, as in /subscribe.")],
    file: InputFile = "-",
) -> None:
    """Articles in, decisions out: would this filter have wanted them, and why."""
    from handlers.terminal.tools import match_articles

    raise typer.Exit(match_articles(query, file))


@filters_app.command("explain")
def filters_explain(
    query: Annotated[str, typer.Argument(help="The filter, as in /subscribe.")],
    pack: Annotated[
        list[str] | None, typer.Option("--pack", metavar="NAME=QUERY", help="What pack:NAME stands for.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the explanation: az or en.")] = "en",
) -> None:
    """What a filter means, in words; what its terms find; whether anything can match it."""
    from bot.model import Language
    from handlers.terminal.filters import explain_filter

    if lang not in ("az", "en"):
        raise typer.BadParameter("az or en", param_hint="--lang")
    raise typer.Exit(explain_filter(query, pack or [], Language(lang)))


@app.command()
def parse(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE...]", help="Feeds; - or none: standard input.")
    ] = None,
) -> None:
    """Feeds in, entries out."""
    from handlers.terminal.tools import parse_files

    raise typer.Exit(parse_files(files or ["-"]))


@app.command()
def guard(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL...]", help="- or none: standard input.")
    ] = None,
    no_resolve: Annotated[bool, typer.Option("--no-resolve", help="Judge the spelling only.")] = False,
) -> None:
    """Addresses in: would we fetch them?"""
    from handlers.terminal.tools import guard_urls

    raise typer.Exit(guard_urls(urls, resolve=not no_resolve))


@app.command()
def render(
    platform: Annotated[str, typer.Option("--platform", help="telegram, slack or web.")],
    file: InputFile = "-",
) -> None:
    """Alerts in, the exact requests out that would be sent."""
    from handlers.terminal.rendering import render_alerts

    raise typer.Exit(render_alerts(platform, file))


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(f"xeberdar {installed('xeberdar')}")


def main() -> None:
    """Run; a mistake in the configuration is a list, and a store that is not there is a sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # whatever the terminal's locale says
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except ConfigError as error:
        for problem in error.problems:
            sys.stderr.write(f"xeberdar: {problem}\n")
        count = len(error.problems)
        sys.stderr.write(
            f"xeberdar: {count} {'problem' if count == 1 else 'problems'}; nothing was started\n"
        )
        sys.exit(UNUSABLE)
    except StoreError as error:
        sys.stderr.write(f"xeberdar: {error}\n")
        sys.exit(1)
    except OutputClosed:
        # the interpreter's own last flush must not complain either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
