"""`make install` and what a packager or a first-time user relies on."""

import os
import shutil
import stat
import subprocess
import tarfile

import pytest

from conftest import TOP

PREFIX = "/opt/night"
FILES = {
    "bin/nightjard": 0o755, "bin/nightjar": 0o755, "bin/nightjar-desktop": 0o755,
    "share/nightjar/nightjar.yaml": 0o644,
    "share/doc/nightjar/examples/follow-the-sun.yaml": 0o644,
    "share/man/man1/nightjar.1": 0o644, "share/man/man8/nightjard.8": 0o644,
    "share/man/man1/nightjar-desktop.1": 0o644,
    "share/man/man5/nightjar.yaml.5": 0o644,
    "share/bash-completion/completions/nightjar": 0o644,
    "lib/systemd/system/nightjard.service": 0o644,
    "lib/systemd/user/nightjar-desktop.service": 0o644,
    "lib/sysusers.d/nightjar.conf": 0o644, "lib/tmpfiles.d/nightjar.conf": 0o644,
}


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, timeout=600,
                          **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def script(what, dest, prefix=PREFIX):
    return run(f"{TOP}/tests/install.sh", what, str(dest), prefix, "/etc",
               f"{prefix}/lib/systemd", f"{TOP}/build/release", cwd=TOP)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    dest = tmp_path_factory.mktemp("dest")
    script("install", dest)
    return dest


def test_every_file_is_there(installed):
    for name, mode in FILES.items():
        path = f"{installed}{PREFIX}/{name}"
        assert stat.S_IMODE(os.stat(path).st_mode) == mode, name
    lexicons = set(os.listdir(f"{TOP}/config/lexicons"))
    assert set(os.listdir(f"{installed}{PREFIX}/share/nightjar/lexicons")) == \
        lexicons
    models = set(os.listdir(f"{TOP}/config/models"))
    assert set(os.listdir(f"{installed}{PREFIX}/share/nightjar/models")) == \
        models
    assert stat.S_IMODE(os.stat(f"{installed}/etc/nightjar").st_mode) == 0o750
    assert stat.S_IMODE(
        os.stat(f"{installed}/etc/nightjar/nightjar.yaml").st_mode) == 0o640


def test_no_placeholder_is_left(installed):
    done = subprocess.run(["grep", "-rE", "@(PREFIX|SYSCONFDIR)@",
                           f"{installed}{PREFIX}/lib"], capture_output=True)
    assert done.returncode == 1, done.stdout


def test_a_second_install_keeps_the_configuration(tmp_path):
    script("install", tmp_path)
    mine = tmp_path / "etc/nightjar/nightjar.yaml"
    mine.write_text("# mine\n", encoding="utf-8")
    script("install", tmp_path)
    assert mine.read_text(encoding="utf-8") == "# mine\n"
    script("uninstall", tmp_path)
    left = [f for _, _, files in os.walk(tmp_path) for f in files]
    assert left == ["nightjar.yaml"]
    assert not os.path.exists(f"{tmp_path}{PREFIX}/share/nightjar")


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
@pytest.mark.parametrize("page", [f for f in FILES if "/man/" in f])
def test_man_pages_render_without_a_warning(installed, page):
    done = subprocess.run(["man", "--warnings", "-l",
                           f"{installed}{PREFIX}/{page}"], capture_output=True,
                          text=True, env=dict(os.environ, MANWIDTH="80"))
    assert done.returncode == 0 and done.stderr == ""
    assert len(done.stdout.splitlines()) > 20


def test_completion_loads_and_knows_the_verbs(installed):
    file = f"{installed}{PREFIX}/share/bash-completion/completions/nightjar"
    verbs = run("bash", "-ec", f". {file}; COMP_WORDS=(nightjar ''); "
                "COMP_CWORD=1; _nightjar; printf '%s\\n' ${COMPREPLY[@]}").split()
    listed = run(f"{TOP}/build/release/nightjar", "help")
    told = {line[2:18].split()[0] for line in listed.splitlines()
            if line.startswith("  ")}
    assert set(verbs) == told


def test_the_units_verify(installed):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # verify wants the programs where they will be
    for unit in ("system/nightjard.service", "user/nightjar-desktop.service"):
        path = f"{installed}{PREFIX}/lib/systemd/{unit}"
        with open(path, encoding="utf-8") as f:
            text = f.read()
        here = f"{installed}/{os.path.basename(unit)}"
        with open(here, "w", encoding="utf-8") as f:
            f.write(text.replace(f"={PREFIX}", f"={installed}{PREFIX}"))
        mode = ["--user"] if unit.startswith("user") else []
        done = subprocess.run(["systemd-analyze", *mode, "verify", "--man=no",
                               here], capture_output=True, text=True,
                              env=dict(os.environ, XDG_RUNTIME_DIR=str(installed)))
        ours = [line for line in done.stderr.splitlines() if "nightjar" in line]
        assert ours == [], done.stderr


def test_another_prefix_reaches_the_programs(tmp_path):
    """From a copy, so that the tree's own build stays as it is."""
    copy = tmp_path / "src"
    shutil.copytree(TOP, copy, symlinks=True,
                    ignore=shutil.ignore_patterns(".git", "asan", "fuzz", "unit",
                                                  "flow", "bench"))
    prefix = tmp_path / "night"
    run("make", "install", f"PREFIX={prefix}", f"SYSCONFDIR={tmp_path}/etc",
        cwd=copy)
    env = {k: v for k, v in os.environ.items() if k != "NIGHTJAR_LEXICONS"}
    done = subprocess.run([f"{prefix}/bin/nightjar", "score"], cwd="/", env=env,
                          input="you moron\n", capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0 and "high" in done.stdout, done.stderr
    checked = subprocess.run(
        [f"{prefix}/bin/nightjard", "--check", "--config",
         f"{tmp_path}/etc/nightjar/nightjar.yaml"], cwd="/", env=env,
        capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr


def test_dist_holds_what_is_committed(tmp_path):
    if not os.path.exists(f"{TOP}/.git"):
        pytest.skip("not a clone")
    clone = tmp_path / "clone"
    run("git", "clone", "-q", "--depth=1", f"file://{TOP}", str(clone))
    run("make", "dist", cwd=clone)
    archives = [f for f in os.listdir(clone) if f.endswith(".tar.gz")]
    assert len(archives) == 1
    with tarfile.open(clone / archives[0]) as tar:
        names = tar.getnames()
    top = archives[0].removesuffix(".tar.gz")
    for name in ("Makefile", "README.md", "LICENSE", "daemon/cmd/nightjar.c"):
        assert f"{top}/{name}" in names
    assert not any("/build/" in name for name in names)


def test_make_help_tells_every_target():
    told = run("make", "help", cwd=TOP)
    for target in ("deps", "all", "demo", "check", "unit", "flow", "e2e", "lint",
                   "asan", "tidy", "fuzz", "bench", "install", "uninstall",
                   "dist", "format", "clean", "help"):
        assert f"make {target} " in told
