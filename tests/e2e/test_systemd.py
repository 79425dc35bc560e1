"""The unit under real systemd, booted in a container from this machine's own
root; and what systemd itself thinks of its hardening."""

import os
import shutil
import subprocess

import pytest

from conftest import TOP


def test_the_unit_is_hardened(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    subprocess.run([f"{TOP}/tests/install.sh", "install", str(tmp_path), "/usr",
                    "/etc", "/lib/systemd", f"{TOP}/build/release"], check=True,
                   cwd=TOP, capture_output=True)
    unit = f"{tmp_path}/lib/systemd/system/nightjard.service"
    done = subprocess.run(["systemd-analyze", "security", "--offline=true",
                           "--no-pager", "--threshold=15", unit],
                          capture_output=True, text=True)
    print(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_the_unit_lives_under_real_systemd(tmp_path):
    if os.geteuid() != 0 or shutil.which("systemd-nspawn") is None:
        pytest.skip("needs root and systemd-nspawn")
    done = subprocess.run([f"{TOP}/tests/e2e/systemd/run.sh", str(tmp_path)],
                          capture_output=True, text=True, timeout=200)
    try:
        with open(f"{tmp_path}/log", encoding="utf-8") as f:
            log = f.read()
    except FileNotFoundError:
        with open(f"{tmp_path}/boot", encoding="utf-8", errors="replace") as f:
            boot = f.read()
        if "not permitted" in boot or "Failed to" in boot and "boot" not in boot:
            pytest.skip("containers cannot be booted here: " + boot[-200:])
        raise AssertionError(boot[-3000:] + done.stderr)
    assert "not ok" not in log and log.endswith("end\n"), log
    assert log.count("ok - ") >= 18, log
