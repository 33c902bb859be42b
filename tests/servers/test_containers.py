"""What containers are made from, checked without an engine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from api.config import load_settings
from api.core.responses import PAGE_CSP
from api.launcher.nginx import Site, write_nginx

PROJECT = Path(__file__).resolve().parents[2]
SECRET = {"PARLEY_DATABASE_URL": "postgresql:///x", "PARLEY_SECRET_KEY": "k" * 40}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text())


def test_the_compose_file_follows_the_compose_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, "docker-compose.yml"], cwd=PROJECT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_everything_that_lasts_lies_below_the_one_data_folder(compose):
    assert "volumes" not in compose
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            assert volume.startswith("${DATA_FOLDER:-./data}/"), name


def test_every_service_that_stays_is_watched_and_restarted(compose):
    for name, service in compose["services"].items():
        if name == "migrate":
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name


def test_the_schema_is_migrated_before_anything_uses_it(compose):
    for name in ("api", "events", "worker"):
        assert (
            compose["services"][name]["depends_on"]["migrate"]["condition"]
            == "service_completed_successfully"
        )
    assert compose["services"]["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert compose["services"]["web"]["depends_on"]["api"]["condition"] == "service_healthy"


def test_no_long_running_container_of_ours_runs_as_root_or_writes_its_own_disk(compose):
    dockerfile = (PROJECT / "Dockerfile").read_text()
    assert "\nUSER parley\n" in dockerfile
    assert "FROM nginxinc/nginx-unprivileged:" in dockerfile
    for name in ("api", "events", "worker", "web"):
        service = compose["services"][name]
        assert "user" not in service
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_the_example_settings_are_accepted_once_filled_in(compose):
    lines = (PROJECT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    used = set(re.findall(r"\$\{([A-Z_]+)", (PROJECT / "docker-compose.yml").read_text()))
    assert used <= set(example)
    load_settings({**example, **SECRET})


def test_every_file_that_the_dockerfile_copies_is_there():
    for line in (PROJECT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from=" not in line:
            for source in [word for word in line.split()[1:-1] if not word.startswith("--")]:
                assert (PROJECT / source).exists(), line


@pytest.mark.parametrize(
    "settings",
    [
        {"PARLEY_URL": "http://127.0.0.1:8000"},
        {"PARLEY_URL": "https://forum.example.org/forum/", "PARLEY_NAME": "论坛"},
        {"PARLEY_URL": "https://example.org", "PARLEY_TRUSTED_PROXIES": "10.0.0.0/8,192.0.2.1/32"},
    ],
)
def test_the_container_fills_in_the_templates_as_the_command_does(settings, tmp_path):
    """The image's entrypoint sources our script and replaces each exported name, as `envsubst` is told to."""
    script = '. "$1"; exec env -0'
    environ = {
        **settings,
        "PATH": "/usr/bin:/bin",
        "NGINX_ENVSUBST_OUTPUT_DIR": str(tmp_path / "sh"),
        "TEMPLATES": str(PROJECT / "nginx"),
        "STATE": str(tmp_path / "state"),
    }
    sourced = subprocess.run(
        ["/bin/sh", "-c", script, "sh", PROJECT / "nginx" / "parley.envsh"], env=environ, capture_output=True
    )
    assert sourced.returncode == 0, sourced.stderr
    values = dict(entry.split("=", 1) for entry in sourced.stdout.decode().split("\0") if entry)
    assert values["PAGE_CSP"] == PAGE_CSP
    site = Site(listen=["8080"], state=tmp_path / "state", api="api:3031", events="events:3032")
    settings = load_settings({**settings, **SECRET, "PARLEY_FRONTEND": "/usr/share/nginx/parley"})
    written = write_nginx(settings, site, tmp_path / "python").parent
    for template in (PROJECT / "nginx").rglob("*.template"):
        relative = template.relative_to(PROJECT / "nginx").with_suffix("")
        filled = re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match[1]], template.read_text())
        assert filled == (written / relative).read_text(), relative
    for plain in (PROJECT / "nginx" / "includes").glob("*.conf"):
        assert (tmp_path / "sh" / "includes" / plain.name).read_text() == plain.read_text()


def sourced_listening(folder: Path, **settings: str) -> list[str]:
    """What nginx of the container listens on, as its template names it."""
    environ = {
        "PARLEY_URL": "https://forum.example.org",
        "PATH": "/usr/bin:/bin",
        "NGINX_ENVSUBST_OUTPUT_DIR": str(folder / "sh"),
        "TEMPLATES": str(PROJECT / "nginx"),
        "STATE": str(folder / "state"),
        **settings,
    }
    script = '. "$1"; printf %s "$LISTEN_DIRECTIVES"'
    command = ["/bin/sh", "-c", script, "sh", PROJECT / "nginx" / "parley.envsh"]
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    return re.findall(r"listen ([^;]+);", told)


def test_the_container_is_found_healthy_with_and_without_a_certificate(compose, tmp_path):
    web = compose["services"]["web"]
    assert "http://127.0.0.1:8080$$" in web["healthcheck"]["test"][1]
    assert web["ports"] == ["${WEB_ADDRESS:-127.0.0.1:8000}:${WEB_PORT:-8080}"]
    assert sourced_listening(tmp_path) == ["8080"]
    assert sourced_listening(tmp_path, TLS_CERTIFICATE="", TLS_KEY="") == ["8080"]
    files = {name: f"/etc/parley-tls/{name.lower()}.pem" for name in ("TLS_CERTIFICATE", "TLS_KEY")}
    assert {name: web["environment"][name] for name in files} == {name: f"${{{name}:-}}" for name in files}
    assert [volume.split(":")[-2:] for volume in web["volumes"]] == [["/etc/parley-tls", "ro"]]
    # Without TLS only the container itself may ask.
    assert sourced_listening(tmp_path, **files) == ["8443 ssl", "127.0.0.1:8080"]


def test_a_certificate_without_a_key_is_refused(tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as refused:
        sourced_listening(tmp_path, TLS_CERTIFICATE="/etc/parley-tls/fullchain.pem")
    assert "TLS_KEY" in refused.value.stderr


def test_a_root_path_that_nginx_could_misread_is_refused_by_both(tmp_path):
    url = "http://127.0.0.1:8000/a;b"
    with pytest.raises(Exception, match="letters, digits"):
        write_nginx(
            load_settings({**SECRET, "PARLEY_URL": url}),
            Site(listen=["80"], state=tmp_path, api="a"),
            tmp_path,
        )
    environ = {"PARLEY_URL": url, "PATH": "/usr/bin:/bin", "NGINX_ENVSUBST_OUTPUT_DIR": str(tmp_path)}
    sourced = subprocess.run(
        ["/bin/sh", "-c", '. "$1"', "sh", PROJECT / "nginx" / "parley.envsh"],
        env=environ,
        capture_output=True,
    )
    assert sourced.returncode == 1
    assert b"letters, digits" in sourced.stderr
