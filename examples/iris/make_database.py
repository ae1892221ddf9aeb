"""Write the CSV files into an SQLite database, a table for each."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent

if __name__ == "__main__":
    with closing(sqlite3.connect(FOLDER / "iris.db")) as database:
        for file in FOLDER.glob("*.csv"):
            frame = pd.read_csv(file)
            frame.to_sql(file.stem, database, index=False, if_exists="replace")
        database.commit()
