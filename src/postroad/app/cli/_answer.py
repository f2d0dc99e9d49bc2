"""Every way a command can end, as one sentence and an exit code.

This is the one place that catches everything: whatever a command raises becomes words here.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches

import click

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import command as texts
from postroad.app.texts import sentences, visible

DEBUG = "POSTROAD_DEBUG"
"""An environment variable: when set, a fault of our own also shows where it happened."""


def answered(command: click.Command, arguments: Sequence[str]) -> int:
    """Run `command`; say in one sentence what went wrong, if anything did, and return the code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter shows its number
            stream.reconfigure(errors="backslashreplace")
    try:
        result = command.main(list(arguments), prog_name="postroad", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else Exit.DONE
    except BrokenPipeError:  # `postroad … | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except (click.Abort, KeyboardInterrupt):
        return _say(texts.INTERRUPTED(), Exit.INTERRUPTED)
    except click.UsageError as failure:
        return _usage(failure)
    except click.ClickException as failure:
        return _say(visible(failure.format_message()), Exit.NO)
    except Refusal as failure:
        return _say(str(failure), failure.code)
    except Exception as failure:
        return _failure(failure)


def _say(sentence: str, code: Exit) -> int:
    click.echo(f"postroad: {sentence}", err=True)
    return code


def _usage(failure: click.UsageError) -> int:
    if isinstance(failure, click.exceptions.NoArgsIsHelpError):
        click.echo(failure.format_message(), err=True)
        return Exit.USAGE
    path = failure.ctx.command_path if failure.ctx else "postroad"
    return _say(sentences(*_complaint(failure), texts.SEE_HELP(command=path)), Exit.USAGE)


def _complaint(failure: click.UsageError) -> tuple[str, ...]:
    """click's complaint as sentences of ours, with what was probably meant."""
    match failure:
        case click.exceptions.NoSuchCommand(command_name=name):
            return texts.NO_SUCH_COMMAND(name=visible(name)), _meant(name, _siblings(failure))
        case click.NoSuchOption(option_name=name, possibilities=near):
            return texts.NO_SUCH_OPTION(name=visible(name)), _meant(name, near or [])
        case click.MissingParameter(param=click.Parameter() as parameter):
            return (texts.MISSING_PARAMETER(name=_name(parameter)),)
        case click.BadParameter(param=click.Parameter() as parameter):
            reason = visible(failure.message)
            return (texts.BAD_PARAMETER(name=_name(parameter), reason=reason),)
    return (visible(failure.format_message()),)


def _siblings(failure: click.UsageError) -> list[str]:
    """The commands that there are where one was not found."""
    command = failure.ctx.command if failure.ctx else None
    if failure.ctx and isinstance(command, click.Group):
        return command.list_commands(failure.ctx)
    return []


def _name(parameter: click.Parameter) -> str:
    """A parameter as it is written: `--config`, `ADDRESS`."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.metavar or (parameter.name or "").upper()


def _meant(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return texts.DID_YOU_MEAN(suggestion=near[0]) if near else ""


def _failure(failure: Exception) -> int:
    """What the rooms raise, and what nobody expected."""
    if isinstance(failure, ImportError):  # a broken installation: nothing more is imported
        return _internal(failure)
    from postroad.app.config import ConfigError
    from postroad.db import DatabaseError, DatabaseTooNew, StorageFailed, StorageFull
    from postroad.net import ListenError, TlsFilesUnusable

    match failure:
        case ConfigError():
            click.echo(str(failure), err=True)
            return Exit.CONFIG
        case DatabaseTooNew():
            return _say(texts.DATABASE_TOO_NEW(), Exit.CONFIG)
        case StorageFull():
            return _say(texts.STORAGE_FULL(), Exit.STORAGE)
        case StorageFailed():
            return _say(texts.STORAGE_FAILED(reason=visible(str(failure))), Exit.STORAGE)
        case DatabaseError():
            return _say(texts.DATABASE_ERROR(reason=visible(str(failure))), Exit.CONFIG)
        case ListenError():
            return _say(texts.CANNOT_LISTEN(reason=visible(str(failure))), Exit.UNAVAILABLE)
        case TlsFilesUnusable():
            return _say(texts.TLS_FILES(reason=visible(str(failure))), Exit.CONFIG)
        case OSError():
            return _system(failure)
    return _internal(failure)


def _internal(failure: Exception) -> int:
    """A fault of ours; with DEBUG it shows where."""
    if os.environ.get(DEBUG):
        raise failure
    reason = visible(f"{type(failure).__name__}: {failure}")
    return _say(texts.INTERNAL(reason=reason, debug=DEBUG), Exit.INTERNAL)


def _system(failure: OSError) -> int:
    """An error of the operating system: what it concerns and what it says."""
    reason = failure.strerror or str(failure) or type(failure).__name__
    subject = failure.filename
    if failure.errno == errno.ENOSPC:
        return _say(texts.STORAGE_FULL(), Exit.STORAGE)
    code = Exit.DENIED if isinstance(failure, PermissionError) else Exit.UNAVAILABLE
    sentence = f"{subject}: {reason}" if subject else reason
    return _say(visible(str(sentence)), code)
