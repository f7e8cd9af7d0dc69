"""The reports of a year as an Airflow DAG: one task per report, on the standard PapermillOperator.

For who already runs Airflow and wants to see, retry and be told of each report there. One ``parlib batch`` in a
BashOperator is several times faster, makes only what changed, and checks more; docs/scheduled-runs.md compares them.

Airflow needs ``apache-airflow-providers-papermill``; parlib stays in an environment of its own, whose kernel Airflow
finds by name after ``/srv/parlib/.venv/bin/python -m ipykernel install --name parlib``.
"""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HOME = Path(os.environ.get("PARLIB_HOME", "/srv/parlib"))
YEAR = int(os.environ.get("PARLIB_YEAR", "2017"))
LANGUAGES = ("vi", "en")
MADE = HOME / "airflow" / str(YEAR)

with (HOME / "data" / "provinces.csv").open(encoding="utf-8", newline="") as stream:
    FRAME = "63" if YEAR < 2025 else "34"
    PROVINCES = [row["province"] for row in csv.DictReader(stream) if row["frame"] == FRAME]

REPORTS = [(province, lang) for province in PROVINCES for lang in LANGUAGES]

with DAG(
    "parlib_reports",
    description=f"Province reports of {YEAR}",
    schedule="17 5 * * 1",
    start_date=datetime(2026, 1, 5, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 1,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(minutes=10),
    },
    tags=["parlib"],
) as dag:
    prepare = BashOperator(
        task_id="prepare", bash_command='rm -rf "$MADE.new" && mkdir -p "$MADE.new"', env={"MADE": str(MADE)}
    )
    run = PapermillOperator.partial(
        task_id="run",
        input_nb=str(HOME / "notebooks" / "reports" / "province.ipynb"),
        kernel_name="parlib",
        language_name="python",
        max_active_tis_per_dag=2,
    ).expand_kwargs(
        [
            {
                "output_nb": f"{MADE}.new/{province}.{lang}.ipynb",
                "parameters": {"province": province, "year": YEAR, "lang": lang},
            }
            for province, lang in REPORTS
        ]
    )
    export = BashOperator.partial(
        task_id="export",
        bash_command=(
            'cd "$MADE.new" && for form in html pdf; do '
            '"$HOME_OF_PARLIB/.venv/bin/jupyter" nbconvert --to "parlib-$form" "$NOTEBOOK"; done && rm "$NOTEBOOK"'
        ),
        append_env=True,
        max_active_tis_per_dag=2,
    ).expand(
        env=[
            {"MADE": str(MADE), "HOME_OF_PARLIB": str(HOME), "NOTEBOOK": f"{province}.{lang}.ipynb"}
            for province, lang in REPORTS
        ]
    )
    # Runs only when every report is there: readers go on seeing the last complete year.
    publish = BashOperator(
        task_id="publish",
        bash_command=(
            'rm -rf "$MADE.old" && { [ ! -e "$MADE" ] || mv -T "$MADE" "$MADE.old"; } && mv -T "$MADE.new" "$MADE"'
        ),
        env={"MADE": str(MADE)},
    )
    prepare >> run >> export >> publish
