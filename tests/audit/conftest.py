"""The handbook's own example, and one edition of PAPI, for every test of the audit."""

from pathlib import Path

import pandas as pd
import pytest

from parlib.datasets import record


@pytest.fixture(scope="session")
def tai():
    """Technology Achievement Index, 23 countries: table A.2 of the OECD and JRC handbook (2008).

    Telephones and electricity are logarithms printed with two decimals, so what follows from them can differ from the
    handbook's tables, which used the unrounded ones, by 0.02.
    """
    return pd.read_csv(Path(__file__).parent / "tai.csv", index_col="country")


@pytest.fixture(scope="session")
def papi_2017():
    """Provinces by indicators, and the tree."""
    known = record()
    edition = known.scored_edition(known.edition("papi", 2017))
    return edition.pivot(index="province", columns="indicator", values="score"), known.framework("papi", 2017)
