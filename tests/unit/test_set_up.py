"""The set-up from a fresh clone, without installing anything: what it finds, what it says, what it leaves behind."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
debian_only = pytest.mark.skipif(not Path("/usr/bin/dpkg-query").exists(), reason="dpkg is Debian's and Ubuntu's")


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"installers/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def system():
    yield load("system_packages")
    del sys.modules["system_packages"]


@pytest.fixture
def bootstrap(system, tmp_path, monkeypatch):
    module = load("bootstrap")
    monkeypatch.setattr(module, "VENV", tmp_path / "venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / "venv/stamp")
    yield module
    del sys.modules["bootstrap"]


def test_both_front_doors_offer_the_same_verbs(bootstrap):
    line = re.search(r"^VERBS := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(line[1].split()) == set(bootstrap.VERBS)
    assert {"demo", "test", "tour", "bench", "lint", "test-all"} <= set(bootstrap.VERBS)
    windows = (ROOT / "make.cmd").read_text(encoding="utf-8")
    assert r"installers\bootstrap.py" in windows


def test_the_build_server_runs_what_a_developer_runs():
    commands = [c for c in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines() if not c.startswith("#")]
    assert commands[-1] == "exec make test"


def test_it_needs_nothing_but_the_standard_library():
    for name in ("bootstrap", "system_packages"):
        result = subprocess.run(
            [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, 'installers'); import {name}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr


@debian_only
def test_it_finds_what_is_installed_under_either_name(system):
    assert system.missing(("dpkg", "no-such-name|dpkg")) == ()
    assert system.missing(("dpkg", "no-such-package", "neither|nor")) == ("no-such-package", "neither|nor")


@debian_only
def test_without_root_it_prints_the_command_to_run(system, monkeypatch):
    monkeypatch.setattr(system, "_become_root", lambda: None)
    monkeypatch.setattr(system, "_apt", lambda *_: pytest.fail("must not try to install"))
    said = []
    outcome = system.ensure(("dpkg", "no-such-package"), said.append)
    assert outcome.missing == ("no-such-package",)
    assert outcome.command.startswith("sudo apt-get update && sudo apt-get install")
    assert outcome.command.endswith(" no-such-package")


def test_a_machine_without_root_and_sudo_cannot_become_root(system, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.shutil, "which", lambda *_args, **_named: None)
    assert system._become_root() is None


def test_sudo_is_not_asked_for_a_password_where_nobody_can_type(system, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.shutil, "which", lambda *_args, **_named: "/usr/bin/sudo")
    monkeypatch.setattr(system.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    monkeypatch.setenv("CI", "true")
    assert system._become_root() is None


@pytest.fixture
def sandboxed(system, tmp_path, monkeypatch):
    monkeypatch.setattr(system, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(system, "CLUSTER_RULES", tmp_path / "pg/createcluster.conf")
    monkeypatch.setattr(system, "NO_CLUSTER", tmp_path / "pg/createcluster.d/ours.conf")
    return system


def test_while_packages_come_no_service_starts_and_nothing_is_left_behind(sandboxed, tmp_path):
    with pytest.raises(RuntimeError), sandboxed._no_service_starts([]):
        refused = subprocess.run([str(tmp_path / "policy-rc.d")], check=False).returncode
        assert refused == 101
        assert "create_main_cluster = false" in sandboxed.NO_CLUSTER.read_text(encoding="utf-8")
        raise RuntimeError("apt-get was stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_policy_that_was_there_before_stays(sandboxed, tmp_path):
    sandboxed.POLICY.write_text("#!/bin/sh\nexit 104\n", encoding="utf-8")
    with sandboxed._no_service_starts([]):
        assert "104" in sandboxed.POLICY.read_text(encoding="utf-8")
    assert "104" in sandboxed.POLICY.read_text(encoding="utf-8")


def test_a_policy_left_by_a_killed_run_is_put_away(sandboxed):
    sandboxed.POLICY.write_text(f"#!/bin/sh\n{sandboxed.POLICY_MARK}\nexit 101\n", encoding="utf-8")
    with sandboxed._no_service_starts([]):
        pass
    assert not sandboxed.POLICY.exists()


@pytest.fixture
def pip(bootstrap, monkeypatch):
    """Stands in for pip: records the command, answers with what `code` holds."""
    calls, code = [], [0]

    def run(command, **_named):
        calls.append(command)
        return subprocess.CompletedProcess(command, code[0])

    (bootstrap.VENV).mkdir()
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    return calls, code


def test_a_second_start_installs_nothing(bootstrap, pip, monkeypatch):
    calls, _code = pip
    bootstrap._python_packages()
    bootstrap._python_packages()
    assert len(calls) == 1
    assert "--editable" in calls[0]
    monkeypatch.setattr(bootstrap, "_fingerprint", lambda: "another pyproject.toml")
    bootstrap._python_packages()
    assert len(calls) == 2


def test_a_failed_install_is_explained_and_tried_again_next_time(bootstrap, pip):
    calls, code = pip
    code[0] = 1
    for _ in range(2):
        with pytest.raises(bootstrap.SetUpError, match="online"):
            bootstrap._python_packages()
    assert len(calls) == 2


def test_missing_windows_libraries_stop_the_set_up_with_the_command(bootstrap, system, monkeypatch, capsys):
    monkeypatch.setattr(system, "is_debian", lambda: True)
    monkeypatch.setattr(system, "ensure", lambda packages, say: system.Outcome(("libegl1",), "sudo apt-get x"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert bootstrap.main(["lint"]) == 1
    assert "sudo apt-get x" in capsys.readouterr().out


@pytest.mark.parametrize(("complete", "required"), [(True, "1"), (False, None)])
def test_the_tests_insist_on_debian_servers_only_where_they_could_be_installed(
    bootstrap, system, monkeypatch, complete, required
):
    def ensure(packages, say):
        servers = set(system.SERVERS) <= set(packages)
        return system.Outcome(() if complete or not servers else system.SERVERS, "")

    monkeypatch.setattr(system, "is_debian", lambda: True)
    monkeypatch.setattr(system, "ensure", ensure)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(bootstrap, "_virtual_environment", lambda: None)
    monkeypatch.setattr(bootstrap, "_python_packages", lambda: None)
    monkeypatch.delenv("HISDESK_REQUIRE_DEBIAN", raising=False)
    assert bootstrap.set_up(servers=True).get("HISDESK_REQUIRE_DEBIAN") == required
    assert "HISDESK_REQUIRE_DEBIAN" not in bootstrap.set_up(servers=False)
