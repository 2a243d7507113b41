"""`hisdesk admin …`: what is done at the server, without a window. Passwords are asked for or made, never arguments."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hisdesk import config
from hisdesk.errors import Invalid, UserError

if TYPE_CHECKING:
    from hisdesk.commands.server import Server

SUPERUSER_PASSWORD = "HISDESK_SUPERUSER_PASSWORD"  # noqa: S105 (the variable's name)
Run = Callable[[argparse.Namespace], int]


def main(argv: list[str]) -> int:
    """Runs one administrative command; 0 done, 1 a reason was printed, 2 the command line is wrong."""
    parser = argparse.ArgumentParser(prog="hisdesk admin", description="Administration at the server.")
    parser.add_argument("--server", type=Path, metavar="FOLDER", help="server folder, where it is not the usual one")
    add_parsers(parser.add_subparsers(metavar="COMMAND", required=True))
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except Invalid as error:
        _complain("\n".join(error.fields.values()) or str(error))
    except UserError as error:
        _complain(str(error))
    return 1


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One parser a command; nothing heavy is imported for their help."""
    _create_database(commands)
    person = _command(commands, "create-administrator", "make an administrator's account", _create_administrator)
    _person_arguments(person)
    user = _command(commands, "create-user", "make an account with roles", _create_user)
    _person_arguments(user)
    user.add_argument("--role", action="append", required=True, help="role name, such as registration; repeatable")
    user.add_argument("--department", action="append", default=[], help="department code; repeatable")
    reset = _command(commands, "reset-password", "give an account a new first password", _reset_password)
    reset.add_argument("name", help="user name")
    _enrol_station(commands)
    revoke = _command(commands, "revoke-station", "take a computer's credential away", _revoke)
    revoke.add_argument("code", help="station code, such as FRONT-1")
    relay = _command(
        commands, "relay-settings", "write the relay's settings, with a new password for the broker", _relay
    )
    relay.add_argument("file", type=Path, help="where to, such as /etc/hisdesk/relay.toml")
    mosquitto = _command(commands, "mosquitto-files", "write who may speak to Mosquitto and hear what", _mosquitto)
    mosquitto.add_argument("folder", type=Path, help="where to, such as /etc/mosquitto")
    load = _command(commands, "import-patients", "import a patient list (Synthea patients.csv)", _import_patients)
    load.add_argument("file", type=Path, help="the .csv or .csv.gz file")
    demo = _command(commands, "reset-demo", "throw the demo hospital away and make it anew", _reset_demo)
    demo.add_argument("--yes", action="store_true", help="do not ask")
    _command(commands, "check", "say whether database, schema, broker and relay are well", _check)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str, run: Run
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(run=run)
    return parser


def _create_database(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "create-database", "make roles, database and schema, or upgrade them", _make_database)
    parser.add_argument("--hospital", default="Hospital", help="the hospital's name, as it stands in every window")
    parser.add_argument(
        "--time-zone",
        default="",
        metavar="ZONE",
        help="where the hospital's days begin, such as Europe/Vienna; the server's own when the database is made",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5432)
    parser.add_argument("--name", default="hisdesk", help="the database's name")
    parser.add_argument(
        "--superuser", default="postgres", help=f"its password is asked for, or read from {SUPERUSER_PASSWORD}"
    )
    parser.add_argument("--broker-host", default="127.0.0.1")
    parser.add_argument("--broker-port", type=int, default=1883)


def _enrol_station(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "enrol-station", "give a computer its credential", _enrol)
    parser.add_argument("code", help="station code, such as FRONT-1")
    parser.add_argument("--title", required=True, help="what people call it, such as “Front desk 1”")
    parser.add_argument("--kind", choices=["desk", "board"], default="desk")
    parser.add_argument("--location", default="")
    parser.add_argument("--room", default="", help="the room that people are called to from here")
    parser.add_argument("--department", action="append", default=[], help="department code, for boards; repeatable")
    parser.add_argument("--into", type=Path, help="folder to write and carry to the computer; without it, this one")


def _person_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="user name")
    parser.add_argument("--family", required=True, help="family name")
    parser.add_argument("--given", required=True, help="given names")
    parser.add_argument("--number", help="employee number")


def server_folder(arguments: argparse.Namespace) -> Path:
    """--server, else HISDESK_SERVER, else the machine-wide place of this operating system."""
    if arguments.server is not None:
        return Path(arguments.server)
    named = os.environ.get("HISDESK_SERVER")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.site_config_dir("hisdesk-server", appauthor=False))


def _make_database(arguments: argparse.Namespace) -> int:
    from urllib.parse import quote

    from hisdesk.access.cipher import new_private_key
    from hisdesk.commands import server as servers

    folder = server_folder(arguments)
    if (folder / servers.SERVER_FILE).exists():
        server = servers.load_server(folder)
        _say(f"Using the settings in {folder}")
    else:
        server = servers.Server(
            hospital=arguments.hospital,
            database_host=arguments.host,
            database_port=arguments.port,
            database_name=arguments.name,
            broker_host=arguments.broker_host,
            broker_port=arguments.broker_port,
            broker_users="",
            passwords=servers.new_passwords(),
            private_key=new_private_key(),
        )
    password = os.environ.get(SUPERUSER_PASSWORD) or getpass.getpass(f"Password of {arguments.superuser}: ")
    url = (
        f"postgresql+psycopg2://{quote(arguments.superuser, safe='')}:{quote(password, safe='')}"
        f"@{server.database_host}:{server.database_port}/postgres"
    )
    servers.create_database(folder, server, url, time_zone=arguments.time_zone, say=_say)
    _say(f"Done. The services' passwords and the escrow key are in {folder / servers.SECRETS_FILE}: back it up.")
    return 0


def _create_administrator(arguments: argparse.Namespace) -> int:
    return _make_person(arguments, ("superadmin",), ())


def _create_user(arguments: argparse.Namespace) -> int:
    return _make_person(arguments, tuple(arguments.role), tuple(d.upper() for d in arguments.department))


def _make_person(arguments: argparse.Namespace, roles: tuple[str, ...], departments: tuple[str, ...]) -> int:
    from hisdesk.access.enrolment import NewPerson, create_person
    from hisdesk.access.sign_in import new_credential, new_password
    from hisdesk.commands.server import load_server

    deploy = load_server(server_folder(arguments)).deploy()
    password = new_password()
    person = NewPerson(
        arguments.name, arguments.family, arguments.given, roles, departments, employee_number=arguments.number
    )
    create_person(deploy, person, new_credential(password))
    deploy.close()
    _say(f"{arguments.name} can sign in with the password {password}")
    _say("It must be changed at the first sign-in, and is not shown again.")
    return 0


def _reset_password(arguments: argparse.Namespace) -> int:
    from hisdesk.access.enrolment import reset_password
    from hisdesk.access.sign_in import new_credential, new_password
    from hisdesk.commands.server import load_server

    deploy = load_server(server_folder(arguments)).deploy()
    password = new_password()
    reset_password(deploy, arguments.name, new_credential(password))
    deploy.close()
    _say(f"{arguments.name} can sign in with the password {password}")
    _say("It must be changed at the next sign-in, and is not shown again.")
    return 0


def _enrol(arguments: argparse.Namespace) -> int:
    from hisdesk.access.enrolment import NewStation
    from hisdesk.commands import server as servers

    home = server_folder(arguments)
    server = servers.load_server(home)
    departments = tuple(code.upper() for code in arguments.department)
    new = NewStation(arguments.code, arguments.title, arguments.kind, arguments.location, arguments.room, departments)
    folder = arguments.into or config.station_folder()
    station = servers.enrol(server, servers.broker_users(home, server), new, folder)
    _say(f"Station {station.code} is enrolled; its settings and secrets are in {folder}.")
    _remind_of_mosquitto(server, "the broker lets it in")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from hisdesk.commands import server as servers

    home = server_folder(arguments)
    server = servers.load_server(home)
    servers.revoke(server, servers.broker_users(home, server), arguments.code)
    _say(f"Station {arguments.code.upper()} is revoked: its sessions have ended, and its role may not log in.")
    _remind_of_mosquitto(server, "the broker turns it away")
    _say("Enrolling it again brings it back, with a new credential.")
    return 0


def _relay(arguments: argparse.Namespace) -> int:
    from hisdesk.commands import server as servers

    home = server_folder(arguments)
    server = servers.load_server(home)
    servers.write_relay(server, servers.broker_users(home, server), arguments.file)
    _say(f"The relay's settings are in {arguments.file}, with its passwords: only the relay may read them.")
    _remind_of_mosquitto(server, "the broker knows its new password")
    return 0


def _mosquitto(arguments: argparse.Namespace) -> int:
    from hisdesk.commands import server as servers

    home = server_folder(arguments)
    server = servers.load_server(home)
    if server.broker_users:
        raise UserError("This hospital's broker is the embedded one, which needs no such files.")
    owned = servers.write_mosquitto_files(servers.broker_users(home, server), arguments.folder)
    _say(f"Written: {servers.MOSQUITTO_PASSWORDS} and {servers.MOSQUITTO_RULES} in {arguments.folder}.")
    if not owned:
        _say("Give both files to the account that Mosquitto runs as.")
    _say("Have Mosquitto read them: `systemctl reload mosquitto`, or SIGHUP.")
    return 0


def _remind_of_mosquitto(server: Server, then: str) -> None:
    if not server.broker_users:
        _say(f"Run `hisdesk admin mosquitto-files FOLDER` and reload Mosquitto; then {then}.")


def _import_patients(arguments: argparse.Namespace) -> int:
    from hisdesk.access.enrolment import open_cipher
    from hisdesk.commands.server import load_server
    from hisdesk.hospital.imports.patients import import_patients

    server = load_server(server_folder(arguments))
    deploy = server.deploy()
    report = import_patients(deploy, arguments.file, cipher=open_cipher(deploy, server.private_key), say=_say)
    deploy.close()
    for line in report.lines():
        _say(line)
    return 0 if report.complete else 1


def _reset_demo(arguments: argparse.Namespace) -> int:
    from hisdesk.commands import demo_hospital

    home = config.demo_home()
    if not arguments.yes and not _agreed(f"Throw away everything in {home}?"):
        _say("Nothing was changed.")
        return 1
    demo_hospital.remove(home, say=_say)
    _say("The demo hospital is gone; `hisdesk demo` makes a new one.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from hisdesk.commands.check import check
    from hisdesk.commands.server import load_server

    well = True
    for finding in check(load_server(server_folder(arguments))):
        well = well and finding.well
        _say(f"{'ok  ' if finding.well else 'BAD '} {finding.what}: {finding.state}")
    return 0 if well else 1


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} Type yes: ").strip().lower() == "yes"
    except EOFError:
        return False


def _say(text: str) -> None:
    print(text, flush=True)


def _complain(text: str) -> None:
    print(text, file=sys.stderr)
