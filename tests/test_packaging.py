"""What is installed: one list of dependencies, a lock anybody can use, a wheel that needs nothing else."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import licences
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec

import parlib

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = PYPROJECT["project"]
LOCKS = ["requirements.lock", "requirements-lowest.lock"]
PYTHONS = ["3.11", "3.12", "3.13"]


def direct_dependencies() -> list[Requirement]:
    """Return what pyproject.toml asks for, to run and to develop."""
    return [Requirement(text) for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]


def text_of(lock: str) -> str:
    """Return a lock as it stands in the repository."""
    return (ROOT / lock).read_text(encoding="utf-8")


def pins(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Return every requirement of a lock with its hashes."""
    lines = [
        line for line in text_of(lock).replace("\\\n", " ").splitlines() if line and not line.startswith("#")
    ]
    return [
        (Requirement(line.split(" --hash=")[0]), re.findall(r"--hash=(sha256:[0-9a-f]{64})\b", line))
        for line in lines
    ]


# --- requirements.lock, requirements-lowest.lock --------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_requirement_to_one_version_and_its_hashes(lock: str) -> None:
    assert len(pins(lock)) > len(direct_dependencies())
    for requirement, hashes in pins(lock):
        assert [spec.operator for spec in requirement.specifier] == ["=="], requirement
        assert "*" not in str(requirement.specifier), requirement
        assert hashes, f"{requirement} has no hash"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_no_path_and_no_option(lock: str) -> None:
    assert "://" not in text_of(lock)
    for requirement, _ in pins(lock):
        assert requirement.url is None, requirement
    for line in text_of(lock).splitlines():
        assert re.match(r"#|    --hash=sha256:|[a-z0-9]", line), f"not a pin or a hash: {line!r}"
        assert "/" not in line, line


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_holds_every_direct_dependency_in_a_version_that_pyproject_allows(python: str) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    locked = {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin, _ in pins("requirements.lock")
        if pin.marker is None or pin.marker.evaluate(environment)
    }
    for wanted in direct_dependencies():
        name = canonicalize_name(wanted.name)
        assert name in locked, f"{name} is in pyproject.toml but not in requirements.lock: run `make lock`"
        assert locked[name] in wanted.specifier, f"{name} {locked[name]} does not satisfy {wanted}"


def test_lowest_lock_holds_the_very_versions_that_pyproject_states_as_bounds() -> None:
    locked = {
        canonicalize_name(pin.name): Version(next(iter(pin.specifier)).version)
        for pin, _ in pins("requirements-lowest.lock")
    }
    for wanted in direct_dependencies():
        for bound in (Version(spec.version) for spec in wanted.specifier if spec.operator == ">="):
            # `>=3.6` may be met by 3.6.1 at the lowest: not every 3.6.0 was published.
            found = locked[canonicalize_name(wanted.name)]
            assert found.release[: len(bound.release)] == bound.release, f"{wanted}: run `make lock`"


def test_whoever_runs_parlib_is_promised_a_lowest_version_of_everything() -> None:
    for wanted in map(Requirement, PROJECT["dependencies"]):
        assert [spec.operator for spec in wanted.specifier] == [">="], wanted


# --- pyproject.toml -------------------------------------------------------------------------------


def test_library_imports_only_what_it_declares() -> None:
    # An extra is declared too; what belongs to it is imported only where it is asked for.
    texts = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["cluster"]]
    declared = {canonicalize_name(Requirement(text).name) for text in texts}
    distributions = metadata.packages_distributions()
    for path in sorted((ROOT / "src" / "parlib").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [str(node.module)]
            else:
                continue
            for top in (
                {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"parlib"}
            ):
                owners = {canonicalize_name(name) for name in distributions.get(top, [top])}
                assert owners & declared, (
                    f"{path.relative_to(ROOT)} imports {top}, which pyproject.toml omits"
                )


def test_citation_states_the_version_and_licence_of_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == parlib.__version__
    # What travels in the package beside the code keeps its own licence; parlib is cited for the code.
    assert citation["license"] == PROJECT["license"].partition(" AND ")[0]


# --- environment.yml ------------------------------------------------------------------------------


def conda_environment() -> dict[str, Any]:
    environment: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return environment


def test_conda_specs_are_ones_that_conda_reads() -> None:
    specs = [spec for spec in conda_environment()["dependencies"] if isinstance(spec, str)]
    assert {MatchSpec(spec).name.normalized for spec in specs} == {"python", "pip"}


def test_conda_python_range_is_that_of_pyproject() -> None:
    (python,) = (
        spec
        for spec in conda_environment()["dependencies"]
        if isinstance(spec, str) and spec.startswith("python")
    )
    assert SpecifierSet(str(MatchSpec(python).version)) == SpecifierSet(PROJECT["requires-python"])


def test_conda_environment_keeps_no_second_list_of_dependencies() -> None:
    (pip,) = (entry["pip"] for entry in conda_environment()["dependencies"] if isinstance(entry, dict))
    assert pip == ["-e ."]


# --- Makefile -------------------------------------------------------------------------------------


def test_make_without_a_goal_lists_every_task() -> None:
    run = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^ +make (\w+) ", run.stdout, flags=re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert phony is not None
    assert listed == set(phony[1].split())
    assert {"setup", "report", "test", "quick", "lint", "format", "bench", "lab", "lock", "clean"} <= listed


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "reports/README.md", ".ci/run"])
def test_pages_name_only_tasks_that_exist(page: str) -> None:
    named = set(
        re.findall(r"(?:^|`)make (\w+)", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    tasks = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert named
    assert named <= tasks


# --- the wheel ------------------------------------------------------------------------------------

MOVED = {"src/parlib": "parlib", "data": "parlib/_data", "notebooks/reports": "parlib/_notebooks"}
"""Where each folder of the repository lies inside the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel with the hatchling that is installed here: no network, no isolated environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("parlib-*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.slow
def test_wheel_holds_the_package_the_record_and_the_notebooks_and_no_more(wheel: zipfile.ZipFile) -> None:
    expected = {
        f"{inside}/{path.relative_to(ROOT / outside).as_posix()}"
        for outside, inside in MOVED.items()
        for path in (ROOT / outside).rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    }
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    [
        r"parlib/py\.typed",
        r"parlib/_data/provinces\.csv",
        r"parlib/_data/papi/.+\.csv",
        r"parlib/_data/datapackage\.json",
        r"parlib/_notebooks/province\.ipynb",
        r"parlib/wording/locale/vi/.+\.po",
        r"parlib/publishing/templates/.+\.j2",
        r".+\.dist-info/licenses/LICENSE",
        r".+\.dist-info/licenses/.+/fonts/OFL\.txt",
        r".+\.dist-info/licenses/data/geo/(LICENSE|NOTICE)\.txt",
    ],
)
def test_wheel_holds(wheel: zipfile.ZipFile, pattern: str) -> None:
    assert any(re.fullmatch(pattern, name) for name in wheel.namelist())


@pytest.mark.slow
def test_wheel_states_the_licences_of_all_that_it_holds(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    stated = metadata.PathDistribution(zipfile.Path(wheel, name.removesuffix("METADATA"))).metadata
    assert {licences.POLICY["shipped"][what]["licence"] for what in licences.POLICY["shipped"]} | {
        "MIT"
    } == set(stated["License-Expression"].split(" AND "))
    texts = {text for shipped in licences.POLICY["shipped"].values() for text in shipped["texts"]}
    assert set(stated.get_all("License-File")) == texts | {"LICENSE"}


@pytest.mark.slow
def test_installed_wheel_lists_63_provinces_without_the_repository(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    wheel.extractall(tmp_path / "site")
    environment = {name: value for name, value in os.environ.items() if name != "PARLIB_DATA"}
    run = subprocess.run(
        [sys.executable, "-c", "from parlib.cli import main; main()", "list", "provinces", "--json"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("thua-thien-hue") >= 1
    assert json.loads(run.stdout)


@pytest.mark.slow
def test_every_entry_point_of_the_wheel_loads(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    points = metadata.EntryPoints(
        metadata.EntryPoint(key.strip(), value.strip(), group)
        for group, body in re.findall(r"\[(.+?)\]\n((?:.+\n?)*)", wheel.read(name).decode())
        for key, value in (line.split("=", 1) for line in body.splitlines())
    )
    assert {(point.group, point.name) for point in points} == {
        ("console_scripts", "parlib"),
        ("nbconvert.exporters", "parlib-html"),
        ("nbconvert.exporters", "parlib-json"),
        ("nbconvert.exporters", "parlib-pdf"),
        ("nbconvert.exporters", "parlib-xlsx"),
        ("papermill.engine", "parlib"),
    }
    for point in points:
        assert callable(point.load())
